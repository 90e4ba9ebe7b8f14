import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/stack/free-port.ts';
import { migrateRecord } from '../../local/stack/migrate-record.ts';
import { startLibsql, startWorker } from '../../local/stack/parts.ts';
import { openSecrets } from '../../local/stack/secrets.ts';

export type ControlPlane = {
  url: string;
  adminKey: string;
  /** The last error that the Worker logged. */
  lastError(): Promise<string>;
  stop(): Promise<void>;
};

const STOP_GRACE_MS = 10_000;

/** The Worker and its record alone: no runner takes the work that a test asks for. */
export async function startControlPlane(): Promise<ControlPlane> {
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-contract-'));
  await mkdir(join(dataDir, 'logs'));
  const secrets = await openSecrets(dataDir);
  const libsql = await startLibsql(dataDir, await freePort(), secrets);
  const libsqlUrl = libsql.ready.url;
  await migrateRecord(libsqlUrl, secrets.libsqlToken);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = { port, publicUrl: url, botName: 'signalbox', account: 'local', libsqlUrl, github: null };
  const worker = await startWorker(dataDir, settings, secrets);
  return {
    url,
    adminKey: secrets.adminKey,
    async lastError() {
      const log = await readFile(join(dataDir, 'logs', 'worker.log'), 'utf8');
      const errors = log.split('\n').filter((line) => line.includes('"level":"error"'));
      return errors.at(-1) ?? 'nothing was logged';
    },
    async stop() {
      await worker.stop(STOP_GRACE_MS);
      await libsql.stop(STOP_GRACE_MS);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
