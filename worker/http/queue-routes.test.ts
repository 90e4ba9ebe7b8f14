import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { type CreateSessionBody, sessionAnswerSchema } from '../../protocol/http.ts';
import { queueViewSchema } from '../../protocol/queue.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

/** All test files share one Worker: these numbers are nobody else's. */
let accounts = 1_055_000;
function newAccount(): string {
  accounts += 1;
  return `github:${accounts}`;
}

async function ask(method: 'GET' | 'POST', path: string, body?: unknown) {
  const response = await exports.default.fetch(`http://localhost:8787${path}`, {
    method,
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json<unknown>() };
}

async function create(account: string, over: Partial<CreateSessionBody> = {}) {
  const body = {
    workspace: { type: 'local', path: `/srv/${crypto.randomUUID()}` },
    account,
    prompt: 'Do it.',
  };
  const { json } = await ask('POST', '/api/sessions', { ...body, ...over });
  const [task] = sessionAnswerSchema.parse(json).tasks;
  if (task === undefined) throw new Error('There is no task.');
  return task;
}

const queueOf = async (account: string, query = '') =>
  queueViewSchema.parse((await ask('GET', `/api/queue?account=${account}${query}`)).json);

describe('GET /api/queue', () => {
  it('shows what waits in the order in which runners get it, page by page, with reasons', async () => {
    const account = newAccount();
    const low = await create(account, { options: { priority: 'low' } });
    const high = await create(account, {
      options: { priority: 'high', concurrency: { group: 'deploy', limit: 1 } },
    });
    await eventually(async () => expect((await queueOf(account)).total).toBe(2));
    const first = await queueOf(account, '&limit=1');
    expect(first.waiting).toMatchObject([
      {
        taskId: high.id,
        ahead: 0,
        priority: 'high',
        concurrency: { group: 'deploy', limit: 1 },
        reason: 'No runner is registered. Add one under "Runners".',
        estimate: null,
      },
    ]);
    const second = await queueOf(account, `&limit=1&cursor=${first.next}`);
    expect(second).toMatchObject({ waiting: [{ taskId: low.id, ahead: 1 }], next: null, total: 2 });
  });

  it('is told in the task, too', async () => {
    const account = newAccount();
    const task = await create(account);
    await eventually(async () => {
      const read = taskViewSchema.parse((await ask('GET', `/api/tasks/${task.id}`)).json);
      expect(read.queue).toEqual({
        ahead: 0,
        reason: 'No runner is registered. Add one under "Runners".',
        estimate: null,
      });
    });
  });
});

describe('a task with "after"', () => {
  it('waits for tasks of its account by id and by name', async () => {
    const account = newAccount();
    const name = `first-${accounts}`;
    const first = await create(account, { name });
    const { json } = await ask('POST', `/api/sessions/${first.sessionId}/tasks`, {
      prompt: 'Then this.',
      after: [name, first.id],
      ifFailed: 'start',
    });
    expect(json).toMatchObject({
      state: 'pending',
      after: [{ taskId: first.id, ended: null }],
      ifFailed: 'start',
    });
    await eventually(async () => expect((await queueOf(account)).waiting).toHaveLength(1));
    await ask('POST', `/api/tasks/${first.id}/cancel`, {});
    await eventually(async () =>
      expect((await queueOf(account)).waiting).toMatchObject([{ taskId: `${first.sessionId}.2` }]),
    );
  });

  it('is refused when there is no such task, or it is of another account', async () => {
    const account = newAccount();
    const body = { workspace: { type: 'local', path: '/srv/app' }, account, prompt: 'Then this.' };
    const unknown = { ...body, after: [`${crypto.randomUUID()}.1`] };
    expect((await ask('POST', '/api/sessions', unknown)).status).toBe(404);
    const other = await create(newAccount());
    const foreign = await ask('POST', '/api/sessions', { ...body, after: [other.id] });
    expect(foreign).toMatchObject({ status: 422, json: { code: 'wrong_account' } });
    const fleet = env.FLEET.get(env.FLEET.idFromName(account));
    expect((await fleet.queuePage({ place: 0, limit: 9 })).total).toBe(0);
  });
});
