import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { buildWorker } from './build-worker.ts';
import type { RunningWorker, StartWorkerOptions } from './start-worker.ts';
import { startWorker } from './start-worker.ts';

const SECRET = 'a-secret-that-nobody-may-see';
const ALARM_DELAY_MS = 2_000;
const MANY_BYTES = 5 * 1024 * 1024;

let folder = '';
let bundleDir = '';
const workers: RunningWorker[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'start-worker-'));
  bundleDir = path.join(folder, 'bundle');
  await buildWorker({ configPath: path.join(import.meta.dirname, 'fixtures', 'wrangler.toml'), bundleDir });
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function startForFile(options: Partial<StartWorkerOptions>): Promise<RunningWorker> {
  const dataDir = await mkdtemp(path.join(folder, 'data-'));
  return startWorker({ bundleDir, dataDir, ...options });
}

async function start(options: Partial<StartWorkerOptions> = {}): Promise<RunningWorker> {
  const worker = await startForFile(options);
  workers.push(worker);
  return worker;
}

async function post(worker: RunningWorker, route: string, body: string): Promise<unknown> {
  const response = await fetch(new URL(route, worker.url), { method: 'POST', body });
  return response.json();
}

const get = (worker: RunningWorker, route: string) =>
  fetch(new URL(route, worker.url)).then((response) => response.text());
const readRows = async (worker: RunningWorker, name: string) =>
  JSON.parse(await get(worker, `/api/objects/${name}/state`)).rows;

async function openSocket(worker: RunningWorker, name: string): Promise<WebSocket> {
  const socket = new WebSocket(new URL(`/api/objects/${name}/socket`, worker.url.replace('http', 'ws')));
  await once(socket, 'open');
  return socket;
}

async function exchange(socket: WebSocket, message: string): Promise<string> {
  const answer = once(socket, 'message');
  socket.send(message);
  return String((await answer)[0]);
}

/** The processes of a group, as Linux lists them. */
async function groupMembers(leader: number): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const members = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(pid), group, command };
    }),
  );
  return members.filter(({ group, command }) => group === leader && command !== '');
}

describe('serving', () => {
  let worker: RunningWorker;
  const lines: string[] = [];

  beforeAll(async () => {
    const vars = { OVERRIDDEN: 'from the start', PROBE_SECRET: SECRET };
    worker = await startForFile({ vars, onLog: (line) => lines.push(line) });
  });

  afterAll(() => worker.kill());

  it('sends what run_worker_first names to the Worker and everything else to the page', async () => {
    const page = '<!doctype html><title>probe page</title>\n';
    const answers = await Promise.all(
      ['/healthz', '/api/none', '/', '/deep/link', '/apiary'].map((route) => get(worker, route)),
    );
    expect(answers).toEqual(['ok', 'no such route', page, page, page]);
  });

  it('gives the Worker the variables of wrangler.toml, those it is started with over them, and its aliases', async () => {
    expect(JSON.parse(await get(worker, '/api/env'))).toEqual({
      GREETING: 'from wrangler.toml',
      OVERRIDDEN: 'from the start',
      PROBE_SECRET: SECRET,
      encoded: Buffer.from('the alias was applied').toString('base64'),
      url: `${worker.url}/api/env`,
    });
  });

  it('shows a secret neither in an argument list nor in an environment', async () => {
    const members = await groupMembers(worker.pid());
    const environments = await Promise.all(
      members.map(({ pid }) => readFile(`/proc/${pid}/environ`, 'utf8')),
    );
    expect(members.length).toBeGreaterThanOrEqual(2);
    expect(
      members
        .map(({ command }) => command)
        .concat(environments)
        .filter((text) => text.includes(SECRET)),
    ).toEqual([]);
  });

  it('passes WebSocket messages, large ones and pings among them', async () => {
    const socket = await openSocket(worker, 'a');
    expect(JSON.parse(await exchange(socket, 'hello'))).toMatchObject({ echo: 'hello' });
    expect(await exchange(socket, 'ping')).toBe('pong');
    expect(await exchange(socket, `size:${MANY_BYTES}`)).toHaveLength(MANY_BYTES);
    const closed = once(socket, 'close');
    socket.close(1000);
    expect((await closed)[0]).toBe(1000);
  });

  it('keeps the triggers and bindings of its control address off the address people use', async () => {
    await worker.runScheduled('*/5 * * * *');
    expect(await readRows(worker, 'cron')).toEqual(['cron */5 * * * *']);
    expect(await get(worker, '/cdn-cgi/local/scheduled')).toContain('probe page');
    expect(await readRows(worker, 'cron')).toEqual(['cron */5 * * * *']);
  });

  it('lets the Worker reach servers on this machine and hands on what it logs', async () => {
    const answer = await fetch(new URL('/api/outbound', worker.url), {
      method: 'POST',
      body: `${worker.url}/healthz`,
    });
    expect(await answer.text()).toBe('ok');
    await fetch(new URL('/api/log', worker.url), { method: 'POST', body: '{"event":"probe"}' });
    await vi.waitFor(() => expect(lines).toContain('{"event":"probe"}'), 45_000);
  });
});

describe('the network for addresses that people name', () => {
  let worker: RunningWorker;

  beforeAll(async () => {
    worker = await startForFile({});
  });

  afterAll(() => worker.kill());

  it.each(['127.0.0.1', 'localhost', hostname()])(
    'does not lead to this machine, by whatever name: %s',
    async (host) => {
      const address = new URL('/healthz', worker.url);
      address.hostname = host;
      expect((await fetch(address)).status).toBe(200);
      expect(await post(worker, '/api/public-outbound', address.href)).toEqual({ reached: false });
    },
  );
});

describe('a kill', () => {
  it('loses nothing that was acknowledged, comes back on the same port, and keeps R2', async () => {
    const worker = await start();
    await fetch(new URL('/api/bodies/key', worker.url), { method: 'PUT', body: 'a body' });
    const acknowledged: string[] = [];
    for (const round of [1, 2, 3]) {
      const killAfter = acknowledged.length + 20 * round;
      for (let n = acknowledged.length; ; n += 1) {
        const text = `row ${n}`;
        const answered = await post(worker, '/api/objects/a/append', text).catch(() => undefined);
        if (answered === undefined) break;
        acknowledged.push(text);
        // Not awaited: the next append is on its way when the signal arrives.
        if (acknowledged.length === killAfter) void worker.kill();
      }
      await worker.restart();
      const rows: string[] = await readRows(worker, 'a');
      // One row may have been stored whose answer was cut off.
      expect(rows.slice(0, acknowledged.length)).toEqual(acknowledged);
      acknowledged.push(...rows.slice(acknowledged.length));
    }
    expect(await get(worker, '/api/bodies/key')).toBe('a body');
  });

  it('does not lose an alarm: it fires after the restart with nobody asking', async () => {
    const { promise: fired, resolve } = Promise.withResolvers<number>();
    const listener = createServer((_, response) => {
      resolve(Date.now());
      response.end();
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    const callbackUrl = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
    try {
      const worker = await start();
      await post(worker, '/api/objects/a/alarm', JSON.stringify({ delayMs: ALARM_DELAY_MS, callbackUrl }));
      await worker.kill();
      const killedAt = Date.now();
      await worker.restart();
      expect(await fired).toBeGreaterThan(killedAt);
      await vi.waitFor(async () => expect(await readRows(worker, 'a')).toEqual(['alarm fired']), 45_000);
    } finally {
      listener.close();
    }
  });

  it('leaves no process behind', async () => {
    const worker = await start();
    const leader = worker.pid();
    expect((await groupMembers(leader)).length).toBeGreaterThanOrEqual(2);
    await worker.stop();
    await vi.waitFor(async () => expect(await groupMembers(leader)).toEqual([]), 45_000);
  });

  it('of workerd alone brings it back on the same port with the same data', async () => {
    const worker = await start();
    await post(worker, '/api/objects/a/append', 'kept');
    const runtime = (await groupMembers(worker.pid())).find(({ pid }) => pid !== worker.pid());
    process.kill(runtime?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => expect(await readRows(worker, 'a')).toEqual(['kept']), 45_000);
  });
});

describe('a start that can not succeed', () => {
  it('says that the port is taken', async () => {
    const port = Number(new URL((await start()).url).port);
    await expect(start({ port })).rejects.toThrow(/Address already in use/);
  });

  it('says how to build a Worker that is not built', async () => {
    await expect(start({ bundleDir: path.join(folder, 'nothing') })).rejects.toThrow(/build-worker\.ts/);
  });
});

describe('building', () => {
  it('does nothing when the bundle is newer than its sources', async () => {
    const configPath = path.join(import.meta.dirname, 'fixtures', 'wrangler.toml');
    expect(await buildWorker({ configPath, bundleDir })).toBe('up_to_date');
  });
});
