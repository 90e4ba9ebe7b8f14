import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProcess } from '../../local/process/start-process.ts';
import { freePort } from '../../local/stack/free-port.ts';
import { baseEnvironment } from '../../local/stack/parts.ts';

const run = promisify(execFile);

/** Where Debian and its kin keep the server, out of everybody's PATH. */
const DEBIAN_ROOT = '/usr/lib/postgresql';

const START_DEADLINE_MS = 60_000;

/** Postgres refuses to run as root. */
const SERVICE_USER = 'postgres';

export type Postgres =
  | { status: 'running'; port: number; version: string }
  | { status: 'missing'; why: string };

/** What a page says when a baseline is left out. */
export function describeMissing(
  baseline: { status: 'running' } | { status: 'missing'; why: string },
): string[] {
  return baseline.status === 'running' ? [] : [`The baseline is left out: ${baseline.why}`];
}

/**
 * A Postgres of its own, in a temporary folder and on a free port, for as long as `use` runs: its defaults, so that
 * every commit waits for the disk. Where this machine has none, `use` gets to know why.
 */
export async function usePostgres<T>(use: (postgres: Postgres) => Promise<T>): Promise<T> {
  const found = await findPostgres();
  if (typeof found === 'string') return use({ status: 'missing', why: found });
  const folder = await mkdtemp(join(tmpdir(), 'pg-'));
  try {
    await letUserIn(folder, found.as);
    const data = join(folder, 'data');
    const [program = '', ...args] = [...found.as, join(found.bin, 'initdb')];
    await run(program, [...args, '-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
      env: baseEnvironment(),
    });
    const port = await freePort();
    const [command = '', ...before] = [...found.as, join(found.bin, 'postgres')];
    const server = await startProcess({
      name: 'Postgres',
      command,
      args: [...before, '-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
      env: baseEnvironment(),
      ready: (line) => (line.includes('ready to accept connections') ? true : undefined),
      readyStream: 'stderr',
      deadlineMs: START_DEADLINE_MS,
    });
    try {
      return await use({ status: 'running', port, version: found.version });
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The newest server of this machine and, for root, how to be somebody else; or why there is none. */
async function findPostgres(): Promise<{ bin: string; version: string; as: string[] } | string> {
  const versions = await readdir(DEBIAN_ROOT).catch(() => []);
  const [newest] = versions.toSorted((a, b) => Number(b) - Number(a));
  if (newest === undefined) return 'this machine has no Postgres server.';
  const bin = join(DEBIAN_ROOT, newest, 'bin');
  if (process.getuid?.() !== 0) return { bin, version: newest, as: [] };
  try {
    await run('id', ['-u', SERVICE_USER]);
    await run('setpriv', ['--version']);
  } catch {
    return `root can't run Postgres, and there is no user "${SERVICE_USER}" or no setpriv to become it.`;
  }
  const as = ['setpriv', `--reuid=${SERVICE_USER}`, `--regid=${SERVICE_USER}`, '--clear-groups'];
  return { bin, version: newest, as };
}

async function letUserIn(folder: string, as: readonly string[]): Promise<void> {
  if (as.length === 0) return;
  await run('chown', [SERVICE_USER, folder]);
  await chmod(folder, 0o700);
}
