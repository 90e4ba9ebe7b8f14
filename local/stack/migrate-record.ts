import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'worker', 'record', 'migrations');

/**
 * Brings a libSQL database to the current schema. Migrations that were applied before are left alone.
 *
 * @param url where libSQL listens (`http://`, `https://` or `libsql://`).
 * @param authToken its token; undefined where it wants none.
 */
export async function migrateRecord(url: string, authToken: string | undefined): Promise<void> {
  const client = createClient({ url, authToken });
  try {
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
  } finally {
    client.close();
  }
}
