import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@libsql/client/web';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningProcess } from '../process/start-process.ts';
import { startProcess } from '../process/start-process.ts';

const TOKEN = 'a-token-that-nobody-may-see';
let folder = '';
const running: RunningProcess<{ url: string; port: number }>[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'libsql-main-'));
});

afterEach(async () => {
  for (const each of running.splice(0)) {
    each.kill();
    await each.exited;
  }
  await rm(folder, { recursive: true });
});

async function start(env: Record<string, string> = {}) {
  const started = await startProcess<{ url: string; port: number }>({
    command: process.execPath,
    args: [path.join(import.meta.dirname, 'main.ts')],
    env: { LIBSQL_FILE: path.join(folder, 'record.db'), LIBSQL_AUTH_TOKEN: TOKEN, ...env },
    ready: (line) => JSON.parse(line),
    deadlineMs: 20_000,
  });
  running.push(started);
  return started;
}

const connect = (url: string) => createClient({ url, authToken: TOKEN });

describe('the process', () => {
  it('has lost nothing that was answered when it is killed, and comes back on the port it is told', async () => {
    const first = await start();
    const client = connect(first.ready.url);
    await client.execute('CREATE TABLE t (n)');
    const acknowledged: number[] = [];
    for (let n = 0; ; n += 1) {
      const isAnswered = await client
        .execute({ sql: 'INSERT INTO t VALUES (?)', args: [n] })
        .catch(() => undefined);
      if (!isAnswered) break;
      acknowledged.push(n);
      // Not awaited: the next insert is on its way when the signal arrives.
      if (n === 50) first.kill();
    }
    const second = await start({ LIBSQL_PORT: String(first.ready.port) });
    expect(second.ready.port).toBe(first.ready.port);
    const { rows } = await client.execute('SELECT n FROM t ORDER BY n');
    expect(rows.map(({ n }) => n).slice(0, acknowledged.length)).toEqual(acknowledged);
  });

  it('ends on SIGTERM with everything in the one file', async () => {
    const first = await start();
    await connect(first.ready.url).batch(['CREATE TABLE t (n)', 'INSERT INTO t VALUES (1)'], 'write');
    expect(await first.stop()).toEqual({ by: 'code', code: 0 });
    await rm(path.join(folder, 'record.db-wal'), { force: true });
    await rm(path.join(folder, 'record.db-shm'), { force: true });
    const second = await start();
    expect((await connect(second.ready.url).execute('SELECT n FROM t')).rows).toHaveLength(1);
  });

  it('shows its token neither in its arguments nor in what it writes', async () => {
    const started = await start();
    const command = await readFile(`/proc/${started.pid}/cmdline`, 'utf8');
    expect([command, ...started.output()].join('\n')).not.toContain(TOKEN);
  });

  it('says what is missing in its environment', async () => {
    await expect(start({ LIBSQL_AUTH_TOKEN: '' })).rejects.toThrow(/LIBSQL_AUTH_TOKEN/);
  });

  it('says that its port is taken', async () => {
    const { ready } = await start();
    await expect(start({ LIBSQL_PORT: String(ready.port) })).rejects.toThrow(/EADDRINUSE/);
  });
});
