import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startLibsqlServer } from '../local/libsql/start-libsql-server.ts';
import { migrateRecord } from './migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    libsqlUrl: string;
    libsqlAuthToken: string;
  }
}

/** Starts a migrated libSQL server for the Worker's tests; all test files share it. */
export default async function startTestRecord(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-record-'));
  const authToken = randomBytes(32).toString('base64url');
  const server = await startLibsqlServer({ file: join(folder, 'record.db'), authToken });
  await migrateRecord(server.url, authToken);
  project.provide('libsqlUrl', server.url);
  project.provide('libsqlAuthToken', authToken);
  return async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}
