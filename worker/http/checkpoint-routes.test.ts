import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  CHECKPOINT_HEADER,
  type CheckpointHeader,
  checkpointSchema,
  decodeCheckpoint,
  encodeCheckpointHeader,
  resumePointSchema,
} from '../../protocol/checkpoint.ts';
import { signTicket } from '../access/ticket.ts';
import { listCheckpointBodies, putCheckpointBody } from '../checkpoint/checkpoint-bodies.ts';
import { requestOf, SHA } from '../session/testing/make-requests.ts';
import { started } from '../session/testing/runner-events.ts';
import { submitted, type TestSession } from '../session/testing/test-session.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { fleetOf } from './durable-objects.ts';

/** Tickets count only for runners that are registered. */
let RUNNER = '';
let OTHER_RUNNER = '';
beforeAll(async () => {
  const fleet = fleetOf(env, 'local');
  RUNNER = (await fleet.registerRunner('local', 'forge-1')).id;
  OTHER_RUNNER = (await fleet.registerRunner('local', 'forge-2')).id;
});

const ORIGIN = 'http://localhost:8787';
const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const BUNDLE = new TextEncoder().encode('# v2 git bundle\n and the files of a customer');
const TRANSCRIPT = new TextEncoder().encode('what was said');

function headerOf(change: Partial<CheckpointHeader> = {}): CheckpointHeader {
  return {
    version: 1,
    id: crypto.randomUUID(),
    epoch: 1,
    ordinal: 1,
    turn: 1,
    madeAt: 1_000,
    branch: 'signalbox/one',
    tip: SHA,
    start: SHA,
    work: SHA,
    needs: [SHA],
    claudeSessionId: crypto.randomUUID(),
    cwd: '/home/ü/worktrees/one',
    messages: [],
    bundleBytes: BUNDLE.length,
    transcriptBytes: TRANSCRIPT.length,
    ...change,
  };
}

async function ticketFor(test: TestSession, epoch: number, runnerId: string, taskNumber = 1) {
  const expiresAt = Date.now() + 60_000;
  const claims = { sessionId: test.id, taskNumber, epoch, runnerId, account: 'local', expiresAt };
  return { authorization: `Bearer ${await signTicket(env.SIGNALBOX_SECRET, claims)}` };
}

async function put(
  test: TestSession,
  header: CheckpointHeader,
  as = { epoch: 1, runnerId: RUNNER, taskNumber: 1 },
): Promise<Response> {
  const body = new Uint8Array(BUNDLE.length + TRANSCRIPT.length);
  body.set(BUNDLE);
  body.set(TRANSCRIPT, BUNDLE.length);
  return exports.default.fetch(`${ORIGIN}/api/sessions/${test.id}/tasks/${as.taskNumber}/checkpoint`, {
    method: 'PUT',
    headers: {
      ...(await ticketFor(test, as.epoch, as.runnerId, as.taskNumber)),
      [CHECKPOINT_HEADER]: encodeCheckpointHeader(header),
    },
    body,
  });
}

async function get(test: TestSession, name: string, epoch: number, runnerId: string): Promise<Response> {
  const headers = await ticketFor(test, epoch, runnerId);
  return exports.default.fetch(`${ORIGIN}/api/sessions/${test.id}/tasks/1/${name}`, { headers });
}

const stored = async (test: TestSession) => (await listCheckpointBodies(env, test.id)).map(({ id }) => id);

describe('a checkpoint', () => {
  it('comes back as it was for the runner that holds the task, and is unreadable where it lies', async () => {
    const test = await submitted();
    await (await test.open(1, RUNNER)).events(started);
    const header = headerOf();
    expect((await put(test, header)).status).toBe(204);
    expect(await test.eventTypes()).toContain('checkpoint.stored');

    await test.rpc.jobAssigned(1, 2, { id: OTHER_RUNNER, name: 'forge-2' });
    const point = resumePointSchema.parse(await (await get(test, 'resume-point', 2, OTHER_RUNNER)).json());
    expect(point).toMatchObject({ checkpoint: { ...header, runnerId: RUNNER }, begun: true, delivered: [] });
    const answer = await get(test, 'checkpoint', 2, OTHER_RUNNER);
    expect(decodeCheckpoint(answer.headers.get(CHECKPOINT_HEADER) ?? '')).toMatchObject(header);
    expect(await answer.text()).toBe(new TextDecoder().decode(BUNDLE) + new TextDecoder().decode(TRANSCRIPT));
    const object = await env.BODIES.get(`checkpoints/${test.id}/${header.id}`);
    expect(new TextDecoder('latin1').decode(await object?.arrayBuffer())).not.toContain('customer');
  });

  it('takes the place of the one before it, whose body is deleted', async () => {
    const test = await submitted();
    await (await test.open(1, RUNNER)).events(started);
    const [first, second] = [headerOf(), headerOf({ ordinal: 2 })];
    await put(test, first);
    await put(test, second);
    await expect.poll(() => stored(test)).toEqual([second.id]);
    // A repeat that was late, and one whose answer was lost.
    expect((await put(test, first)).status).toBe(204);
    expect((await put(test, second)).status).toBe(204);
    expect(await stored(test)).toEqual([second.id]);
  });

  it.each([
    ['of an epoch that is over', 1],
    ['of a runner that does not hold the task', 2],
  ])('%s is refused and leaves nothing', async (_what, epoch) => {
    const as = { epoch, runnerId: RUNNER, taskNumber: 1 };
    const test = await submitted();
    await (await test.open(1, RUNNER)).events(started);
    const before = headerOf();
    await put(test, before);
    await test.rpc.jobAssigned(1, 2, { id: OTHER_RUNNER, name: 'forge-2' });
    const refused = await put(test, headerOf({ epoch: as.epoch, ordinal: 9 }), as);
    expect(refused.status).toBe(409);
    expect(await stored(test)).toEqual([before.id]);
    expect((await get(test, 'checkpoint', as.epoch, as.runnerId)).status).toBe(409);
  });

  it('of a task is refused once another task of the session was begun', async () => {
    const test = await submitted();
    const runner = await test.open(1, RUNNER);
    await runner.events(started, { type: 'job.finished', outcome: { type: 'unchanged' } });
    await test.rpc.addTask(requestOf('And now the sign-up page.'));
    await test.rpc.jobAssigned(2, 1, { id: OTHER_RUNNER, name: 'forge-2' });
    expect((await put(test, headerOf())).status).toBe(409);
    const own = { epoch: 1, runnerId: OTHER_RUNNER, taskNumber: 2 };
    expect((await put(test, headerOf(), own)).status).toBe(204);
  });

  it('still counts when it comes after the end of its task', async () => {
    const test = await submitted();
    const runner = await test.open(1, RUNNER);
    await runner.events(started, { type: 'job.finished', outcome: { type: 'unchanged' } });
    expect((await put(test, headerOf())).status).toBe(204);
  });

  it.each([
    ['no description', {}],
    [
      'a description of another epoch',
      { [CHECKPOINT_HEADER]: encodeCheckpointHeader(headerOf({ epoch: 7 })) },
    ],
    ['a description that is none', { [CHECKPOINT_HEADER]: '%7B%22version%22%3A1' }],
  ])('with %s is refused', async (_what, headers) => {
    const test = await submitted();
    await test.open(1, RUNNER);
    const url = `${ORIGIN}/api/sessions/${test.id}/tasks/1/checkpoint`;
    const ticket = await ticketFor(test, 1, RUNNER);
    const answer = await exports.default.fetch(url, {
      method: 'PUT',
      headers: { ...ticket, ...headers },
      body: BUNDLE,
    });
    expect(answer.status).toBe(422);
  });

  it('whose body is shorter than it says leaves the one before it in force', async () => {
    const test = await submitted();
    await (await test.open(1, RUNNER)).events(started);
    const before = headerOf();
    await put(test, before);
    const answer = await put(test, headerOf({ ordinal: 2, bundleBytes: BUNDLE.length + 5 }));
    expect(answer.status).toBe(422);
    const point = resumePointSchema.parse(await (await get(test, 'resume-point', 1, RUNNER)).json());
    expect(point.checkpoint?.id).toBe(before.id);
  });

  it('that a crash left without a row is swept up, and the one with a row stays', async () => {
    const test = await submitted();
    await (await test.open(1, RUNNER)).events(started);
    const header = headerOf();
    await put(test, header);
    const left = crypto.randomUUID();
    await putCheckpointBody(
      env,
      { sessionId: test.id, id: left },
      new Response('abc').body as ReadableStream,
      3,
    );
    await test.ringDeadline('checkpoint_sweep');
    // Younger than an upload may take: somebody may be about to name it.
    expect((await stored(test)).sort()).toEqual([left, header.id].sort());
    await runInDurableObject(test.rpc, (_object, state) => {
      const [row] = state.storage.sql
        .exec<{ at_ms: number }>("SELECT at_ms FROM deadlines WHERE name = 'checkpoint_sweep'")
        .toArray();
      expect(row?.at_ms).toBeGreaterThan(Date.now());
    });
  });

  it('is deleted when the session was not worked on for long, but not while a task lives', async () => {
    const test = await submitted();
    const runner = await test.open(1, RUNNER);
    await runner.events(started);
    await put(test, headerOf());
    await test.ringDeadline('checkpoint_retention');
    expect(await stored(test)).toHaveLength(1);
    await runner.events({ type: 'job.finished', outcome: { type: 'unchanged' } });
    await test.ringDeadline('checkpoint_retention');
    expect(await stored(test)).toEqual([]);
    await runDurableObjectAlarm(test.rpc);
  });
});

describe('an administrator', () => {
  it('sees, downloads and deletes the stored state', async () => {
    const test = await submitted();
    await (await test.open(1, RUNNER)).events(started);
    const header = headerOf();
    await put(test, header);
    const url = `${ORIGIN}/api/sessions/${test.id}/checkpoint`;
    const shown = await exports.default.fetch(url, { headers: ADMIN });
    expect(checkpointSchema.parse(await shown.json())).toMatchObject(header);
    const bundle = await exports.default.fetch(`${url}/bundle`, { headers: ADMIN });
    expect(await bundle.text()).toBe(new TextDecoder().decode(BUNDLE));
    expect((await exports.default.fetch(url, { method: 'DELETE', headers: ADMIN })).status).toBe(204);
    expect(await stored(test)).toEqual([]);
    expect((await exports.default.fetch(`${url}/bundle`, { headers: ADMIN })).status).toBe(404);
    expect((await exports.default.fetch(url)).status).toBe(401);
  });
});

describe('a resume point', () => {
  it('is given on the word of the ticket, before the Fleet has said who holds the task', async () => {
    const test = await submitted();
    await (await test.open(1, RUNNER)).events(started);
    const header = headerOf();
    await put(test, header);
    const answer = await get(test, 'resume-point', 2, OTHER_RUNNER);
    expect(resumePointSchema.parse(await answer.json()).checkpoint?.id).toBe(header.id);
    expect((await get(test, 'resume-point', 1, RUNNER)).status).toBe(409);
  });

  it('names messages that an earlier attempt took, but not the request itself', async () => {
    const test = await submitted();
    const runner = await test.open(1, RUNNER);
    await runner.events(started);
    await test.rpc.addMessage(requestOf('Mind the gap.'));
    await runner.events({ type: 'command.taken', commandId: 1 });
    await test.rpc.jobAssigned(1, 2, { id: OTHER_RUNNER, name: 'forge-2' });
    const point = resumePointSchema.parse(await (await get(test, 'resume-point', 2, OTHER_RUNNER)).json());
    expect(point.delivered.map(({ text }) => text)).toEqual(['Mind the gap.']);
  });
});

describe('a rescue of an attempt that is over', () => {
  const report = (test: TestSession, epoch: number, runnerId: string) =>
    test.rpc.checkpoint({
      type: 'rescued',
      taskNumber: 1,
      runnerId,
      runnerName: 'forge-1',
      account: 'local',
      epoch,
      ref: 'refs/signalbox/rescue/x/1',
      sha: SHA,
    });

  it('is named in the task, once, and in its log', async () => {
    const test = await submitted();
    await (await test.open(1, RUNNER)).events(started);
    await test.rpc.jobAssigned(1, 2, { id: OTHER_RUNNER, name: 'forge-2' });
    expect((await report(test, 1, RUNNER)).status).toBe('ok');
    expect((await report(test, 1, RUNNER)).status).toBe('ok');
    expect((await test.task()).rescues).toMatchObject([{ epoch: 1, runnerName: 'forge-1', sha: SHA }]);
    const types = await test.eventTypes();
    expect(types.filter((type) => type === 'rescue.reported')).toHaveLength(1);
  });

  it('of an attempt that the runner never had is refused', async () => {
    const test = await submitted();
    await test.open(1, RUNNER);
    expect((await report(test, 1, OTHER_RUNNER)).status).toBe('refused');
    expect((await report(test, 3, RUNNER)).status).toBe('refused');
    expect((await test.task()).rescues).toBeUndefined();
  });
});
