import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { CLOSE } from '../protocol/close-codes.ts';
import { sessionAnswerSchema, submitAnswerSchema } from '../protocol/http.ts';
import { SeenTeller, toViewerSchema } from '../protocol/viewer-socket.ts';
import { findChildPids } from './harness/find-processes.ts';
import { createTestWorld, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const PRINTS_MUCH = fileURLToPath(
  new URL('../runner/claude/testing/stand-ins/prints-much.mjs', import.meta.url),
);

/** So many people left a page open on a train. */
const SLOW_VIEWERS = 100;

/** What they may cost workerd beyond what the same work costs without them, in memory that is really used. */
const MAX_MEMORY_BYTES = 900_000_000;

const DEADLINE_MS = 240_000;

let world: TestWorld;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-watched-'));
  world = await createTestWorld({
    folders: [folder],
    claudeEnvironment: { CLAUDE_CODE_PATH: PRINTS_MUCH },
  });
});
afterAll(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

type Viewer = { ids: number[]; closed: number | null; socket: WebSocket };

/** A viewer over a real socket; `pause()` on it makes it one that does not read. */
function view(sessionId: string, after: number, says = true): Promise<Viewer> {
  const { stack } = world;
  const url = `${stack.url.replace(/^http/, 'ws')}/api/sessions/${sessionId}/events?after=${after}${says ? '&seen=1' : ''}`;
  const socket = new WebSocket(url, { headers: stack.api.headers });
  const teller = new SeenTeller();
  const viewer: Viewer = { ids: [], closed: null, socket };
  socket.on('error', () => {});
  socket.on('close', (code) => {
    viewer.closed = code;
  });
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      const frame = toViewerSchema.parse(JSON.parse(String(data)));
      if (frame.type === 'snapshot') resolve(viewer);
      if (frame.type === 'events') viewer.ids.push(...frame.events.map(({ id }) => id));
      const seen = teller.took(String(data).length, viewer.ids.at(-1) ?? after);
      if (says && seen !== null && socket.readyState === WebSocket.OPEN) socket.send(seen);
    });
  });
}

/** Memory of the Worker's processes now. */
async function workerMemory(): Promise<number> {
  const pids = await findChildPids(world.stack.worker.current().pid);
  return pids.reduce((sum, pid) => {
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return sum + Number(kilobytes ?? 0) * 1_024;
  }, 0);
}

const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

it(
  'lets a hundred viewers go that do not read, keeps its memory, and gives them what they missed when they come back',
  async () => {
    const { api } = world.stack;
    const { session } = await api.post(
      '/api/sessions',
      { workspace: { type: 'local', path: folder }, title: 'Watched' },
      sessionAnswerSchema,
    );
    const reader = await view(session.id, 0);
    const slow = await Promise.all(from(1, SLOW_VIEWERS).map((n) => view(session.id, 0, n % 2 === 0)));
    for (const { socket } of slow) socket.pause();
    const before = await workerMemory();
    let most = before;
    await api.post(`/api/sessions/${session.id}/messages`, { text: 'Print much.' }, submitAnswerSchema);
    const task = await until(
      'the task ends',
      async () => {
        most = Math.max(most, await workerMemory());
        const [found] = (await world.session(session.id)).tasks;
        return found?.endedAt === null ? null : found;
      },
      DEADLINE_MS,
    );
    expect(task?.state).toBe('completed');
    const { lastEventId } = (await world.session(session.id)).session;
    await until('the reader has all of it', () => (reader.ids.at(-1) ?? 0) >= lastEventId, DEADLINE_MS);
    expect(reader.closed).toBeNull();
    expect(reader.ids.slice(0, lastEventId)).toEqual(from(1, lastEventId));
    expect(most - before).toBeLessThan(MAX_MEMORY_BYTES);

    for (const { socket } of slow) socket.resume();
    // Those who say what they have seen may have been waited for; the others can't be.
    const caughtUp = ({ ids }: Viewer) => (ids.at(-1) ?? 0) >= lastEventId;
    await until(
      'each slow one has all or hears that it was let go',
      () => slow.every((viewer) => viewer.closed !== null || caughtUp(viewer)),
      DEADLINE_MS,
    );
    const silent = slow.filter((_, index) => index % 2 === 0);
    expect(new Set(silent.map(({ closed }) => closed))).toEqual(new Set([CLOSE.overload]));
    for (const { ids } of slow) expect(ids).toEqual(from(1, ids.length));
    const [one] = silent;
    const again = await view(session.id, one?.ids.length ?? 0);
    await until('it has caught up', () => (again.ids.at(-1) ?? 0) >= lastEventId, DEADLINE_MS);
    expect([...(one?.ids ?? []), ...again.ids].slice(0, lastEventId)).toEqual(from(1, lastEventId));
    for (const { socket } of [reader, again, ...slow]) socket.terminate();
  },
  DEADLINE_MS * 3,
);
