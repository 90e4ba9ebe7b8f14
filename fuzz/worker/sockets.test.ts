import fc from 'fast-check';
import { expect } from 'vitest';
import { CLOSE } from '../../protocol/close-codes.ts';
import { fixturesOf } from '../../protocol/fixtures/read-fixtures.ts';
import { fleetViewSchema } from '../../protocol/fleet-view.ts';
import { eventPageSchema } from '../../protocol/http.ts';
import { MAX_FRAME_BYTES, PING_TEXT, PONG_TEXT } from '../../protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { fleet } from '../../worker/fleet/testing/connect-runner.ts';
import { withClaims } from '../../worker/session/socket-paths.ts';
import { RUNNER, submitted, type TestSession } from '../../worker/session/testing/test-session.ts';
import { fuzz } from '../fuzz.ts';
import { mutatedJsonText } from '../inputs/mutated-json.ts';
import { isFrame, RawSocket } from './raw-socket.ts';

/** An object that was used so often is left for a fresh one, so that no target grows without bound. */
const USES_OF_AN_OBJECT = 40;

const CLOSE_CODES: number[] = [1000, 1009, ...Object.values(CLOSE)];

const documents = (name: string) => fixturesOf(name).map(([, document]) => document);
const bytes = fc.uint8Array({ maxLength: 100 });
const oversize = fc.constant(`{"type":"events","x":"${'x'.repeat(MAX_FRAME_BYTES)}"}`);
const framesLike = (samples: readonly unknown[]) =>
  fc.array(
    fc.oneof(
      { weight: 30, arbitrary: mutatedJsonText(samples) },
      { weight: 3, arbitrary: bytes },
      { weight: 1, arbitrary: oversize },
    ),
    { minLength: 1, maxLength: 3 },
  );

/** What the log has after an event: without a gap, and of the protocol. */
async function logAfter(session: TestSession, lastId: number) {
  const page = eventPageSchema.parse(await session.rpc.eventsAfter(lastId, 1_000));
  expect(page.events.map(({ id }) => id)).toEqual(page.events.map((_event, index) => lastId + index + 1));
  return page;
}

type Job = { session: TestSession; socket: RawSocket; lastId: number; uses: number };

/** A data socket of a task that runs: another one to the same session, or to a fresh one. */
async function openJob(before: Job | null): Promise<Job> {
  const session = before?.session ?? (await submitted());
  const claims = { sessionId: session.id, taskNumber: 1, epoch: 1, runnerId: RUNNER, account: 'local' };
  const url = `https://signalbox.test/api/sessions/${session.id}/tasks/1/connect`;
  const request = new Request(url, { headers: { upgrade: 'websocket' } });
  const expiresAt = Date.now() + 60_000;
  const { webSocket } = await session.rpc.fetch(withClaims(request, { ...claims, expiresAt }));
  const socket = new RawSocket(webSocket);
  socket.send(OPEN);
  await socket.answered(isFrame('opened'), 0);
  const { lastEventId } = await logAfter(session, before?.lastId ?? 0);
  return { session, socket, lastId: lastEventId, uses: before?.uses ?? 0 };
}

const OPEN = JSON.stringify({ type: 'open', protocol: PROTOCOL_VERSION, epoch: 1 });
let job: Job | null = null;

/** Valid but for their numbers, so that some of them follow on what is stored. */
const eventFrames = documents('runner-event').map((event, index) => ({
  type: 'events',
  epoch: 1,
  firstSeq: 1 + (index % 5),
  events: [{ at: 1, event }],
}));

fuzz(
  'job socket: stored and acked, refused by name, or closed; the log has no gap',
  framesLike([...documents('job-from-runner'), ...eventFrames, ...eventFrames]),
  async (frames) => {
    if (job === null || job.socket.closeCode !== null) job = await openJob(job);
    const { session, socket, lastId } = job;
    const seen = socket.received.length;
    for (const frame of frames) socket.send(frame);
    socket.send(OPEN);
    const isOpen = await socket.answered(isFrame('opened'), seen);
    if (!isOpen) expect(CLOSE_CODES).toContain(socket.closeCode);
    const { lastEventId, events } = await logAfter(session, lastId);
    const acked = socket.received.slice(seen).some(isFrame('ack'));
    if (!acked) expect(events).toEqual([]);
    job = { ...job, lastId: lastEventId, uses: job.uses + 1 };
    const isOver = events.some(({ event }) => event.type === 'job.finished');
    if (!isOver && job.uses < USES_OF_AN_OBJECT) return;
    socket.close();
    job = null;
  },
);

let accounts = 0;

type Control = { account: string; id: string; socket: RawSocket; uses: number };

/** A control socket: another one of the same runner, or of a fresh one in a fleet of its own. */
async function openControl(before: Control | null): Promise<Control> {
  if (before === null) accounts += 1;
  const account = before?.account ?? `github:${880_000_000 + accounts}`;
  const id = before?.id ?? (await fleet(account).registerRunner(account, 'den')).id;
  const url = `https://fleet/connect?runner=${id}`;
  const { webSocket } = await fleet(account).fetch(url, { headers: { upgrade: 'websocket' } });
  return { account, id, socket: new RawSocket(webSocket), uses: before?.uses ?? 0 };
}

const HELLO = JSON.stringify({
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  version: '0.1.0',
  platform: 'linux',
  claudeVersion: null,
  labels: [],
  capacity: 2,
  jobs: [],
});
let control: Control | null = null;

fuzz(
  'control socket: taken, or closed by name; the fleet knows its own runner and no other job',
  framesLike(documents('control-from-runner')),
  async (frames) => {
    if (control === null || control.socket.closeCode !== null) control = await openControl(control);
    const { account, id, socket } = control;
    const seen = socket.received.length;
    for (const frame of frames) socket.send(frame);
    socket.send(HELLO);
    // A hello among the frames is welcomed as well.
    const isOpen = await socket.answered(isFrame('welcome'), seen);
    const view = fleetViewSchema.parse(await fleet(account).view());
    expect(view.runners.map((runner) => [runner.id, runner.jobs])).toEqual([[id, []]]);
    expect(view.queue).toEqual([]);
    if (!isOpen) expect(CLOSE_CODES).toContain(socket.closeCode);
    control.uses += 1;
    if (control.uses < USES_OF_AN_OBJECT) return;
    socket.close();
    control = null;
  },
);

async function openViewer() {
  const session = await submitted();
  const url = `https://signalbox.test/api/sessions/${session.id}/events`;
  const { webSocket } = await session.rpc.fetch(url, { headers: { upgrade: 'websocket' } });
  const socket = new RawSocket(webSocket);
  await socket.answered(isFrame('events'), 0);
  // What follows from the task by itself: it is admitted and queued.
  await socket.answered((text) => text.includes('"job.queued"'), 0);
  return { session, socket, before: JSON.stringify(await session.snapshot()), uses: 0 };
}

let viewer: Awaited<ReturnType<typeof openViewer>> | null = null;

fuzz(
  'viewer socket: nothing that a viewer says changes or shows anything',
  framesLike([...documents('to-viewer'), ...documents('job-from-runner'), ...documents('job-command')]),
  async (frames) => {
    viewer ??= await openViewer();
    const { session, socket } = viewer;
    const seen = socket.received.length;
    for (const frame of frames) if (frame !== PING_TEXT) socket.send(frame);
    socket.send(PING_TEXT);
    if (await socket.answered((text) => text === PONG_TEXT, seen)) {
      expect(socket.received.slice(seen)).toEqual([PONG_TEXT]);
    }
    expect(JSON.stringify(await session.snapshot())).toBe(viewer.before);
    viewer.uses += 1;
    if (socket.closeCode === null && viewer.uses < USES_OF_AN_OBJECT) return;
    socket.close();
    viewer = null;
  },
);

const places = fc.oneof(
  fc.string(),
  fc.constantFrom('0', '-1', '1e3', '99999999999999999999', '\u0661', '5'),
);
fuzz(
  'place in the log (Last-Event-ID, ?after=): a snapshot, then what is after it',
  places,
  async (place) => {
    viewer ??= await openViewer();
    const { session } = viewer;
    const header = place.replace(/[^ -~]/g, '?');
    const url = `https://signalbox.test/api/sessions/${session.id}/events?after=${encodeURIComponent(place.toWellFormed())}`;
    const response = await session.rpc.fetch(url, { headers: { 'last-event-id': header } });
    expect(response.status).toBe(200);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toMatch(/^retry: 1000\nevent: snapshot\n/);
    await reader?.cancel();
  },
);
