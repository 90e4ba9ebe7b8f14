import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProcess } from '../../local/process/start-process.ts';
import { freePort } from '../../local/stack/free-port.ts';
import { baseEnvironment } from '../../local/stack/parts.ts';

const run = promisify(execFile);

const START_DEADLINE_MS = 20_000;

export type Redis = { status: 'running'; port: number; version: string } | { status: 'missing'; why: string };

/**
 * A Redis of its own, in a temporary folder and on a free port, for as long as `use` runs. Every write waits until
 * the disk has it (`appendfsync always`), as every stored job of ours does.
 */
export async function useRedis<T>(use: (redis: Redis) => Promise<T>): Promise<T> {
  const version = await run('redis-server', ['--version']).catch(() => null);
  if (version === null) return use({ status: 'missing', why: 'redis-server is not on the PATH.' });
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const port = await freePort();
  try {
    const server = await startProcess({
      name: 'redis-server',
      command: 'redis-server',
      args: [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
        ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
      ],
      env: baseEnvironment(),
      cwd: folder,
      ready: (line) => (line.includes('Ready to accept connections') ? true : undefined),
      deadlineMs: START_DEADLINE_MS,
    });
    try {
      return await use({
        status: 'running',
        port,
        version: /v=(\S+)/.exec(version.stdout)?.[1] ?? 'unknown',
      });
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
