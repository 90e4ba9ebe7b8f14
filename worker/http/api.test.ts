import { env, exports } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import {
  type CreateSessionBody,
  eventPageSchema,
  messagePageSchema,
  sessionAnswerSchema,
  sessionPageSchema,
  submitAnswerSchema,
  taskPageSchema,
} from '../../protocol/http.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { toViewerSchema } from '../../protocol/viewer-socket.ts';
import { signTicket } from '../access/ticket.ts';
import { connectRunner } from '../fleet/testing/connect-runner.ts';
import { FakeGitHub } from '../installation/testing/fake-github.ts';
import { openRecord } from '../record/open-record.ts';
import { writeRecord } from '../record/write-record.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';
import { fleetOf } from './durable-objects.ts';

const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const call = (path: string, init?: RequestInit) =>
  exports.default.fetch(`http://localhost:8787${path}`, init);
const get = (path: string) => call(path, { headers: ADMIN });
const post = (path: string, body: unknown, headers = {}) =>
  call(path, { method: 'POST', headers: { ...ADMIN, ...headers }, body: JSON.stringify(body) });

/**
 * Each test works for an account of its own, so that its Fleet has nobody else's jobs and runners. All test files share
 * one record: these numbers are nobody else's.
 */
let accounts = 930_000;
function newAccount(): string {
  accounts += 1;
  return `github:${accounts}`;
}

async function create(over: Partial<CreateSessionBody> = {}, headers = {}) {
  const body = { workspace: { type: 'local', path: '/srv/app' }, account: newAccount(), ...over };
  const response = await post('/api/sessions', body, headers);
  return { status: response.status, ...sessionAnswerSchema.parse(await response.json()) };
}

describe('sessions', () => {
  it('are created with a first task, shown, and listed once the record has them', async () => {
    const account = newAccount();
    const created = await create({ account, prompt: 'Mend the door\nplease' });
    expect(created).toMatchObject({
      status: 201,
      session: { account, title: 'Mend the door', status: 'active', taskCount: 1 },
      tasks: [
        { number: 1, state: 'pending', request: 'Mend the door\nplease', requester: { login: 'admin' } },
      ],
    });
    const { id } = created.session;
    expect(sessionAnswerSchema.parse(await (await get(`/api/sessions/${id}`)).json()).tasks).toHaveLength(1);
    await eventually(async () => {
      const page = sessionPageSchema.parse(await (await get(`/api/sessions?account=${account}`)).json());
      expect(page).toMatchObject({ items: [{ id, title: 'Mend the door', status: 'active' }], next: null });
    });
  });

  it('are created once for one Idempotency-Key', async () => {
    const body = { account: newAccount(), prompt: 'Mend the door' };
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const [first, second] = [await create(body, headers), await create(body, headers)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.session.id).toBe(first.session.id);
    expect(second.tasks).toHaveLength(1);
  });

  it('on GitHub belong to the account that installed the App, whose record of the repository counts', async () => {
    const account = newAccount();
    const repository = {
      id: accounts,
      owner: 'octo',
      name: 'app',
      cloneUrl: 'https://github.com/octo/app.git',
      htmlUrl: 'https://github.com/octo/app',
      defaultBranch: 'main',
      private: true,
    };
    const body = {
      workspace: {
        type: 'github',
        repository: { ...repository, cloneUrl: 'https://evil.example/app.git' },
        ref: { kind: 'branch', base: 'main' },
      },
    };
    const refused = await post('/api/sessions', body);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ code: 'app_not_installed' });
    await writeRecord(openRecord(env), [
      { table: 'repositories', row: { ...repository, account, installationId: 7, updatedAt: 1 } },
    ]);
    const { session } = sessionAnswerSchema.parse(await (await post('/api/sessions', body)).json());
    expect(session).toMatchObject({ account, workspace: { repository } });
    expect((await post('/api/sessions', { ...body, account: 'github:1' })).status).toBe(422);
  });
});

describe('tasks and messages', () => {
  it('start, steer, cancel and repeat work', async () => {
    const { session } = await create();
    const path = `/api/sessions/${session.id}`;
    const task = taskViewSchema.parse(await (await post(`${path}/tasks`, { prompt: 'One' })).json());
    expect(task).toMatchObject({ number: 1, state: 'pending' });
    const follow = submitAnswerSchema.parse(
      await (await post(`${path}/messages`, { text: 'Also this' })).json(),
    );
    expect(follow).toMatchObject({ task: { number: 1 } });
    const messages = messagePageSchema.parse(await (await get(`${path}/messages`)).json());
    expect(messages.items.map(({ content }) => content)).toContain('Also this');
    const cancelled = taskViewSchema.parse(
      await (await post(`/api/tasks/${task.id}/cancel`, { reason: 'changed my mind' })).json(),
    );
    expect(cancelled.state).toBe('cancelled');
    expect((await post(`/api/tasks/${task.id}/cancel`, {})).status).toBe(409);
    const again = await post(`/api/tasks/${task.id}/retry`, {});
    expect(again.status).toBe(201);
    const tasks = taskPageSchema.parse(await (await get(`${path}/tasks?limit=1`)).json());
    expect(tasks.items.map(({ number }) => number)).toEqual([1]);
    const rest = taskPageSchema.parse(await (await get(`${path}/tasks?limit=1&cursor=${tasks.next}`)).json());
    expect(rest).toMatchObject({ items: [{ number: 2 }], next: null });
    expect(taskViewSchema.parse(await (await get(`/api/tasks/${task.id}`)).json()).number).toBe(1);
  });

  it('of one Idempotency-Key come to one task', async () => {
    const { session } = await create();
    const headers = { 'idempotency-key': 'once' };
    const send = () => post(`/api/sessions/${session.id}/tasks`, { prompt: 'One' }, headers);
    const ids = [await send(), await send()].map(
      async (response) => taskViewSchema.parse(await response.json()).id,
    );
    expect(new Set(await Promise.all(ids)).size).toBe(1);
  });
});

describe('events', () => {
  it('come as pages, as server-sent events and over a socket', async () => {
    const { session } = await create({ prompt: 'One' });
    const path = `/api/sessions/${session.id}/events`;
    const page = eventPageSchema.parse(await (await get(`${path}?after=1&limit=1`)).json());
    expect(page.events.map(({ id }) => id)).toEqual([2]);

    const stream = await call(path, {
      headers: { ...ADMIN, accept: 'text/event-stream', 'last-event-id': '1' },
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!/^id: ?2$/m.test(text)) text += (await reader?.read())?.value ?? '';
    expect(text).not.toMatch(/^id: ?1$/m);
    await reader?.cancel();

    const { status, webSocket } = await call(path, { headers: { ...ADMIN, upgrade: 'websocket' } });
    expect(status).toBe(101);
    if (webSocket === null) throw new Error('There is no socket.');
    const first = new Promise((resolve) =>
      webSocket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))), { once: true }),
    );
    webSocket.accept();
    expect(toViewerSchema.parse(await first)).toMatchObject({
      type: 'snapshot',
      session: { id: session.id },
    });
    webSocket.close();
  });
});

describe('a job', () => {
  it('opens its data socket and asks for git access with the ticket that came with it', async () => {
    const account = newAccount();
    const { id } = await fleetOf(env, account).registerRunner(account, 'den');
    const runner = await connectRunner(account, id);
    await runner.hello();
    const { session } = await create({ account, prompt: 'One' });
    const { ticket } = await runner.next('assign');
    const headers = { authorization: `Bearer ${ticket}` };
    const path = `/api/sessions/${session.id}/tasks/1`;
    const { status, webSocket } = await call(`${path}/connect`, {
      headers: { ...headers, upgrade: 'websocket' },
    });
    expect(status).toBe(101);
    webSocket?.accept();
    await eventually(async () => {
      const { tasks } = sessionAnswerSchema.parse(await (await get(`/api/sessions/${session.id}`)).json());
      expect(tasks).toMatchObject([{ runnerId: id, runnerName: 'den', epoch: 1 }]);
    });
    const read = await call(`${path}/git-token`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ access: 'read', epoch: 1 }),
    });
    // Nothing of a local folder is on GitHub, so it needs no token.
    expect(await read.json()).toEqual({ token: null, expiresAt: null });
    const write = await call(`${path}/git-token`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ access: 'write', epoch: 1, tree: 'a'.repeat(40) }),
    });
    expect([write.status, await write.json()]).toMatchObject([409, { code: 'not_allowed' }]);
    webSocket?.close();
  });

  it('gets git access to the repository of an API session while the record is down', async () => {
    const account = newAccount();
    const repository = {
      id: accounts,
      owner: 'octo',
      name: 'app',
      cloneUrl: 'https://github.com/octo/app.git',
      htmlUrl: 'https://github.com/octo/app',
      defaultBranch: 'main',
      private: true,
    };
    await writeRecord(openRecord(env), [
      { table: 'repositories', row: { ...repository, account, installationId: 7, updatedAt: 1 } },
    ]);
    const { id } = await fleetOf(env, account).registerRunner(account, 'den');
    const runner = await connectRunner(account, id);
    await runner.hello();
    const workspace = { type: 'github', repository, ref: { kind: 'branch', base: 'main' } } as const;
    new FakeGitHub().install();
    const { session } = await create({ account, prompt: 'One', workspace });
    const { ticket } = await runner.next('assign');
    vi.stubGlobal('fetch', () => Promise.reject(new Error('The record is down.')));
    const github = new FakeGitHub().install();
    const answer = await call(`/api/sessions/${session.id}/tasks/1/git-token`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ticket}` },
      body: JSON.stringify({ access: 'read', epoch: 1 }),
    });
    vi.unstubAllGlobals();
    expect([answer.status, await answer.json()]).toMatchObject([200, { token: expect.any(String) }]);
    expect(github.callsTo('/app/installations/7/access_tokens')).toMatchObject([
      { body: { repository_ids: [repository.id] } },
    ]);
  });

  it('gets nothing with a ticket of another epoch', async () => {
    const account = newAccount();
    const { session } = await create({ account, prompt: 'One' });
    const { id: runnerId } = await fleetOf(env, account).registerRunner(account, 'den');
    const ticket = await signTicket(env.SIGNALBOX_SECRET, {
      sessionId: session.id,
      taskNumber: 1,
      epoch: 3,
      runnerId,
      account,
      expiresAt: Date.now() + 60_000,
    });
    const response = await call(`/api/sessions/${session.id}/tasks/1/git-token`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ticket}` },
      body: JSON.stringify({ access: 'read', epoch: 4 }),
    });
    expect([response.status, await response.json()]).toMatchObject([409, { code: 'fenced' }]);
  });

  it('gets nothing any more with the ticket of a runner that was removed', async () => {
    const account = newAccount();
    const { id } = await fleetOf(env, account).registerRunner(account, 'den');
    const runner = await connectRunner(account, id);
    await runner.hello();
    const { session } = await create({ account, prompt: 'One' });
    const { ticket } = await runner.next('assign');
    const headers = { authorization: `Bearer ${ticket}`, 'content-type': 'application/json' };
    const path = `/api/sessions/${session.id}/tasks/1`;
    const socket = await call(`${path}/connect`, { headers: { ...headers, upgrade: 'websocket' } });
    const closed = new Promise((resolve) => socket.webSocket?.addEventListener('close', resolve));
    socket.webSocket?.accept();
    expect(await fleetOf(env, account).removeRunner(id)).toBe(true);
    expect(await runner.closed).toMatchObject({ code: 4401 });
    expect(await closed).toMatchObject({ code: 4410 });
    const body = JSON.stringify({ access: 'read', epoch: 1 });
    const doors = [
      await call(`${path}/connect`, { headers: { ...headers, upgrade: 'websocket' } }),
      await call(`${path}/git-token`, { method: 'POST', headers, body }),
      await call(`${path}/revoke-git-token`, { method: 'POST', headers, body: '{"token":"ghs_x"}' }),
      await call(`${path}/resume-point`, { headers }),
    ];
    expect(doors.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });
});
