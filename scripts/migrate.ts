import { fileURLToPath } from 'node:url';
import { createClient } from '@libsql/client/web';
import { migrate } from 'drizzle-orm/libsql/migrator';
import { drizzle } from 'drizzle-orm/libsql/web';

/*
 * Brings the record in libSQL up to date. Every migration runs once; running this again changes nothing.
 * LIBSQL_URL=… LIBSQL_AUTH_TOKEN=… node scripts/migrate.ts
 */

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../worker/record/migrations', import.meta.url));

export async function migrateRecord(url: string, authToken: string | undefined): Promise<void> {
  const client = createClient({ url: url.replace(/^libsql:/, 'https:'), authToken });
  try {
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
  } finally {
    client.close();
  }
}

if (import.meta.main) {
  const url = process.env.LIBSQL_URL;
  if (url === undefined) {
    console.error(
      'LIBSQL_URL is not set. Give the address of the libSQL database, e.g. http://127.0.0.1:8080.',
    );
    process.exit(2);
  }
  await migrateRecord(url, process.env.LIBSQL_AUTH_TOKEN);
  console.log(JSON.stringify({ event: 'record.migrated' }));
}
