import { env, exports } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  type CreateSessionBody,
  messagePageSchema,
  sessionAnswerSchema,
  sessionPageSchema,
  submitAnswerSchema,
} from '../../protocol/http.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { listCheckpointBodies } from '../checkpoint/checkpoint-bodies.ts';
import { openRecord } from '../record/open-record.ts';
import { sessionMessages, tasks, usage } from '../record/schema.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

/** All test files share one record: these numbers are nobody else's. */
let accounts = 961_000;
const newAccount = () => {
  accounts += 1;
  return `github:${accounts}`;
};

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
async function ask(method: Method, path: string, body?: unknown, headers = {}) {
  const response = await exports.default.fetch(`http://localhost:8787${path}`, {
    method,
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: unknown = text === '' ? null : JSON.parse(text);
  return { status: response.status, headers: response.headers, json };
}

async function create(over: Partial<CreateSessionBody> = {}) {
  const body = { workspace: { type: 'local', path: '/srv/app' }, account: newAccount(), ...over };
  return sessionAnswerSchema.parse((await ask('POST', '/api/sessions', body)).json);
}

const idsIn = async (query: string) =>
  sessionPageSchema.parse((await ask('GET', `/api/sessions?${query}`)).json).items.map(({ id }) => id);

describe('a session', () => {
  it('changes its title, assignee, labels and metadata, and is found by each of them', async () => {
    const { session } = await create({ metadata: { ticket: 'A-1', gone: 'x' }, labels: ['old'] });
    const { status, json } = await ask('PATCH', `/api/sessions/${session.id}`, {
      title: 'Mend the gate',
      assignee: 'ada',
      labels: ['urgent', 'ui', 'ui'],
      metadata: { gone: null, estimate: 3 },
    });
    expect(status).toBe(200);
    const changed = sessionAnswerSchema.parse(json).session;
    expect(changed).toMatchObject({ title: 'Mend the gate', assignee: 'ada', labels: ['ui', 'urgent'] });
    expect(changed.metadata).toEqual({ ticket: 'A-1', estimate: 3 });
    const scope = `account=${session.account}`;
    for (const filter of ['assignee=ada', 'label=urgent', 'q=gate', 'q=A-1', 'type=local', 'q=srv/app']) {
      await eventually(async () => expect(await idsIn(`${scope}&${filter}`)).toEqual([session.id]));
    }
    for (const filter of ['label=old', 'assignee=bob', 'q=nothing', 'source=n8n', 'until=2001-01-01']) {
      expect(await idsIn(`${scope}&${filter}`)).toEqual([]);
    }
    const unassigned = await ask('PATCH', `/api/sessions/${session.id}`, { assignee: null });
    expect(sessionAnswerSchema.parse(unassigned.json).session.assignee).toBeNull();
  });

  it('is found by what was said in it', async () => {
    const { session } = await create({ prompt: 'Tidy the orangery', source: 'cli' });
    const scope = `account=${session.account}`;
    await eventually(async () => expect(await idsIn(`${scope}&q=oranger&source=cli`)).toEqual([session.id]));
  });

  it('refuses changes that name nothing, or that nobody could mean', async () => {
    const { session } = await create();
    for (const body of [
      {},
      { title: '' },
      { labels: ['Not a label'] },
      { metadata: { 'a b': 1 } },
      { x: 1 },
    ]) {
      expect((await ask('PATCH', `/api/sessions/${session.id}`, body)).status).toBe(422);
    }
    expect((await ask('PATCH', `/api/sessions/${crypto.randomUUID()}`, { title: 'x' })).status).toBe(404);
  });

  it('that is paused starts nothing until it is opened', async () => {
    const { session } = await create({ prompt: 'One' });
    const path = `/api/sessions/${session.id}`;
    const paused = sessionAnswerSchema.parse((await ask('PATCH', path, { state: 'paused' })).json);
    expect(paused.session.status).toBe('paused');
    const second = await ask('POST', `${path}/tasks`, { prompt: 'Two' });
    expect(second.status).toBe(201);
    const opened = sessionAnswerSchema.parse((await ask('PATCH', path, { state: 'open' })).json);
    expect(opened).toMatchObject({ session: { status: 'active' }, tasks: [{ state: 'pending' }, {}] });
  });

  it('closes when its tasks are over, and then takes no work until it is opened', async () => {
    const { session, tasks: made } = await create({ prompt: 'One' });
    const path = `/api/sessions/${session.id}`;
    expect((await ask('PATCH', path, { state: 'closed' })).json).toMatchObject({ code: 'conflict' });
    await ask('POST', `/api/tasks/${made[0]?.id}/cancel`, {});
    expect((await ask('PATCH', path, { state: 'closed' })).json).toMatchObject({
      session: { status: 'closed' },
    });
    expect((await ask('POST', `${path}/tasks`, { prompt: 'Two' })).status).toBe(409);
    expect((await ask('POST', `${path}/messages`, { text: 'Two' })).status).toBe(409);
    await ask('PATCH', path, { state: 'open' });
    expect((await ask('POST', `${path}/tasks`, { prompt: 'Two' })).status).toBe(201);
  });

  it('that is deleted is gone here, in the record and in R2, but for what it cost', async () => {
    const { session, tasks: made } = await create({ prompt: 'Forget the marmalade' });
    const { id, account } = session;
    const path = `/api/sessions/${id}`;
    await eventually(async () => expect(await idsIn(`account=${account}&q=marmalade`)).toEqual([id]));
    const db = openRecord(env);
    await db.insert(usage).values({
      ...{ sessionId: id, eventId: 1, taskId: `${id}.1`, account, model: null, turns: 1, at: 1 },
      ...{ inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
      ...{ costUsd: 1, durationMs: 1 },
    });
    await env.BODIES.put(`checkpoints/${id}/one`, 'sealed');
    const scope = { kind: 'session', sessionId: id };
    expect((await ask('POST', '/api/shares', { scope })).status).toBe(201);
    expect((await ask('DELETE', path)).json).toMatchObject({ code: 'conflict' });
    await ask('POST', `/api/tasks/${made[0]?.id}/cancel`, {});
    expect((await ask('DELETE', path)).status).toBe(204);
    for (const gone of [path, `${path}/messages`, `${path}/events`, `/api/tasks/${made[0]?.id}`]) {
      expect((await ask('GET', gone)).status).toBe(404);
    }
    expect((await ask('DELETE', path)).status).toBe(404);
    expect((await ask('GET', `/api/shares?account=${account}`)).json).toMatchObject({ items: [] });
    await eventually(async () => {
      expect(await idsIn(`account=${account}`)).toEqual([]);
      expect(await idsIn(`account=${account}&q=marmalade`)).toEqual([]);
      expect(await db.$count(tasks, eq(tasks.sessionId, id))).toBe(0);
      expect(await db.$count(sessionMessages, eq(sessionMessages.sessionId, id))).toBe(0);
      expect(await listCheckpointBodies(env, id)).toEqual([]);
    });
    expect(await db.$count(usage, eq(usage.sessionId, id))).toBe(1);
  });
});

describe('tasks', () => {
  it('are known by a name that is their own in the account', async () => {
    const account = newAccount();
    const { session } = await create({ account, prompt: 'One', name: 'mend-gate' });
    const path = `/api/sessions/${session.id}/tasks`;
    const found = await ask('GET', `/api/tasks/mend-gate?account=${account}`);
    expect(found.json).toMatchObject({ id: `${session.id}.1`, name: 'mend-gate' });
    const taken = await ask('POST', path, { prompt: 'Two', name: 'mend-gate' });
    expect(taken).toMatchObject({ status: 409, json: { code: 'name_taken' } });
    const cancelled = await ask('POST', `/api/tasks/mend-gate/cancel?account=${account}`, {});
    expect(cancelled.json).toMatchObject({ state: 'cancelled' });
    expect((await ask('DELETE', `/api/tasks/mend-gate?account=${account}`)).status).toBe(204);
    expect((await ask('GET', `/api/tasks/mend-gate?account=${account}`)).status).toBe(404);
    const again = await ask('POST', path, { prompt: 'Two', name: 'mend-gate' });
    expect(again).toMatchObject({ status: 201, json: { number: 2, name: 'mend-gate' } });
  });

  it('that are made with `start: false` wait until they are started, and others go before them', async () => {
    const { session, tasks: made } = await create({ prompt: 'Later', start: false });
    expect(made).toMatchObject([{ state: 'pending', held: true, endsAt: null }]);
    expect((await ask('GET', `/api/sessions/${session.id}`)).json).toMatchObject({
      session: { status: 'waiting' },
    });
    const message = await ask('POST', `/api/sessions/${session.id}/messages`, { text: 'Now' });
    expect(message.json).toMatchObject({ outcome: 'task_created', task: { number: 2 } });
    const started = taskViewSchema.parse((await ask('POST', `/api/tasks/${session.id}.1/start`, {})).json);
    expect(started.held).toBeUndefined();
    expect((await ask('POST', `/api/tasks/${session.id}.1/start`, {})).status).toBe(200);
    await ask('POST', `/api/tasks/${session.id}.1/cancel`, {});
    expect((await ask('POST', `/api/tasks/${session.id}.1/start`, {})).status).toBe(409);
  });

  it('that wait for a runner are held by `pause` and go on with `resume`', async () => {
    const { session } = await create({ prompt: 'One' });
    const path = `/api/tasks/${session.id}.1`;
    expect((await ask('POST', `${path}/pause`, {})).json).toMatchObject({ state: 'pending', held: true });
    const resumed = await ask('POST', `${path}/resume`, {});
    expect(resumed.status).toBe(200);
    expect(taskViewSchema.parse(resumed.json).held).toBeUndefined();
    await ask('POST', `${path}/cancel`, {});
    expect((await ask('POST', `${path}/pause`, {})).json).toMatchObject({ code: 'not_allowed' });
  });

  it('take input of their own and none when they are over', async () => {
    const { session } = await create({ prompt: 'One' });
    const path = `/api/tasks/${session.id}.1`;
    const { json } = await ask('POST', `${path}/input`, { text: 'Also the hinges', source: 'n8n' });
    expect(submitAnswerSchema.parse(json)).toMatchObject({ outcome: 'message_queued', task: { number: 1 } });
    await ask('POST', `${path}/cancel`, {});
    expect((await ask('POST', `${path}/input`, { text: 'More' })).json).toMatchObject({
      code: 'not_allowed',
    });
  });

  it('that are deleted take their messages along and leave their number', async () => {
    const { session } = await create({ prompt: 'Secret wish' });
    const path = `/api/sessions/${session.id}`;
    expect((await ask('DELETE', `/api/tasks/${session.id}.1`)).json).toMatchObject({ code: 'conflict' });
    await eventually(async () => {
      expect(await idsIn(`account=${session.account}&q=wish`)).toEqual([session.id]);
    });
    await ask('POST', `/api/tasks/${session.id}.1/cancel`, {});
    await ask('PATCH', path, { title: 'Nothing to see' });
    expect((await ask('DELETE', `/api/tasks/${session.id}.1`)).status).toBe(204);
    expect((await ask('GET', `/api/tasks/${session.id}.1`)).status).toBe(404);
    expect((await ask('POST', `/api/tasks/${session.id}.1/retry`, {})).status).toBe(404);
    expect((await ask('GET', `${path}/messages`)).json).toEqual({ items: [], next: null });
    expect((await ask('GET', path)).json).toMatchObject({ session: { taskCount: 0 }, tasks: [] });
    await eventually(async () => {
      expect(await idsIn(`account=${session.account}&q=wish`)).toEqual([]);
      expect(await openRecord(env).$count(tasks, eq(tasks.sessionId, session.id))).toBe(0);
    });
    expect((await ask('POST', `${path}/tasks`, { prompt: 'Next' })).json).toMatchObject({ number: 2 });
  });
});

describe('messages', () => {
  it('come in pages from either end, by direction and task', async () => {
    const { session } = await create({ prompt: 'One' });
    const path = `/api/sessions/${session.id}/messages`;
    for (const text of ['two', 'three', 'four']) await ask('POST', path, { text, source: 'n8n' });
    const read = async (query: string) =>
      messagePageSchema.parse((await ask('GET', `${path}?${query}`)).json);
    const first = await read('limit=2');
    expect(first.items.map(({ content }) => content)).toEqual(['One', 'two']);
    const rest = await read(`limit=2&cursor=${first.next}`);
    expect(rest.items.map(({ content, source }) => [content, source])).toEqual([
      ['three', 'n8n'],
      ['four', 'n8n'],
    ]);
    expect(rest.next).toBeNull();
    const newest = await read('limit=1&order=desc');
    expect(newest.items.map(({ content }) => content)).toEqual(['four']);
    const older = await read(`limit=2&order=desc&cursor=${newest.next}`);
    expect(older.items.map(({ content }) => content)).toEqual(['three', 'two']);
    expect((await read('direction=out')).items).toEqual([]);
    expect((await read('task=1&direction=in')).items).toHaveLength(4);
    expect((await read('task=2')).items).toEqual([]);
  });
});

describe('an Idempotency-Key', () => {
  it('gives the same answer twice, also when things have moved on, and does nothing twice', async () => {
    const { session } = await create();
    const path = `/api/sessions/${session.id}/tasks`;
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const first = await ask('POST', path, { prompt: 'One' }, headers);
    await ask('POST', `/api/tasks/${session.id}.1/cancel`, {});
    const second = await ask('POST', path, { prompt: 'One' }, headers);
    expect([second.status, second.json]).toEqual([first.status, first.json]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect((await ask('GET', path)).json).toMatchObject({ items: [{ number: 1, state: 'cancelled' }] });
  });

  it('belongs to one request, and a refused one may be sent again', async () => {
    const { session } = await create();
    const path = `/api/sessions/${session.id}/tasks`;
    const headers = { 'idempotency-key': crypto.randomUUID() };
    await ask('POST', path, { prompt: 'One' }, headers);
    const other = await ask('POST', path, { prompt: 'Two' }, headers);
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
    const again = { 'idempotency-key': crypto.randomUUID() };
    expect((await ask('POST', `/api/tasks/${session.id}.1/retry`, undefined, again)).status).toBe(409);
    await ask('POST', `/api/tasks/${session.id}.1/cancel`, {});
    expect((await ask('POST', `/api/tasks/${session.id}.1/retry`, undefined, again)).status).toBe(201);
  });
});
