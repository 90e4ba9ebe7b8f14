import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AttentionItem, attentionListSchema } from '../../protocol/attention.ts';
import { connectRunner } from '../fleet/testing/connect-runner.ts';
import type { GitHubWrite } from '../github-write.ts';
import { type WritingAccount, writingAccount } from '../installation/testing/writing-account.ts';
import { issueSession, requestOf } from '../session/testing/make-requests.ts';
import { TestSession } from '../session/testing/test-session.ts';
import { HELD_UP_MS, KEEP_PARKED_MS } from '../storage/outbox-troubles.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';
import { fleetOf, installationOf } from './durable-objects.ts';

const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'content-type': 'application/json' };
const call = (path: string, init?: RequestInit) =>
  exports.default.fetch(`http://localhost:8787${path}`, { headers: ADMIN, ...init });
const post = (path: string, body: unknown = {}) => call(path, { method: 'POST', body: JSON.stringify(body) });

async function stuck(query: string): Promise<AttentionItem[]> {
  return attentionListSchema.parse(await (await call(`/api/attention?${query}`)).json()).items;
}

/** Waits until exactly one thing is stuck. */
async function onlyItem(query: string): Promise<AttentionItem> {
  let found: AttentionItem | undefined;
  await eventually(async () => {
    const items = await stuck(query);
    expect(items).toHaveLength(1);
    found = items[0];
  });
  if (found === undefined) throw new Error('There is no item.');
  return found;
}

afterEach(() => {
  vi.useRealTimers();
});

/** Sessions of a test file share storage: each gets an account and a conversation of its own. */
let accounts = 910_000;
function newAccount(): string {
  accounts += 1;
  return `github:${accounts}`;
}

async function newTask(account = newAccount()) {
  const session = { ...issueSession(), account };
  const test = new TestSession(session);
  await test.hold('github');
  await test.rpc.submit(session, requestOf('Please mend the door.'));
  return { account, test };
}

const comment = ({ thread, taskId }: WritingAccount, body: string): GitHubWrite => ({
  kind: 'tracking_comment',
  key: `comment:${taskId}`,
  taskId,
  thread,
  body,
  urgent: true,
});
const REFUSED = { status: 404, body: { message: 'Not Found https://x:ghs_secretsecret@api.github.test/' } };

describe('a write that GitHub refuses', () => {
  async function parked() {
    const set = writingAccount();
    set.github.failNext('POST /repos/acme/shop/issues/1/comments', REFUSED);
    await set.write(comment(set, 'Done'));
    return { set, item: await onlyItem(`account=${set.account}`) };
  }

  it('is listed with its cause and remedy, and without secrets', async () => {
    const { set, item } = await parked();
    expect(item).toMatchObject({
      account: set.account,
      kind: 'github_write',
      status: 'parked',
      what: 'The tracking comment of task 1 could not be written in acme/shop#1.',
      attempts: 1,
      lastError: expect.stringContaining('GitHub answered 404'),
      remedy: expect.stringContaining('App is still installed'),
      taskId: set.taskId,
      canRetry: true,
      canDismiss: true,
    });
    expect(JSON.stringify(item)).not.toContain('ghs_');
    expect(Math.abs(Date.now() - item.since)).toBeLessThan(60_000);
  });

  it('is written once when it is tried again, and is off the list', async () => {
    const { set, item } = await parked();
    const both = await Promise.all([
      post(`/api/attention/${item.id}/retry`),
      post(`/api/attention/${item.id}/retry`),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    await set.until(() => expect(set.github.comments).toHaveLength(1));
    expect(await stuck(`account=${set.account}`)).toEqual([]);
    expect(set.github.callsTo('POST /repos/acme/shop/issues/1/comments')).toHaveLength(2);
  });

  it('is looked for before it is written again when the answer to it was lost', async () => {
    const { set, item } = await parked();
    set.github.failNext('POST /repos/acme/shop/issues/1/comments', 'answer lost');
    await post(`/api/attention/${item.id}/retry`);
    await set.until(() =>
      expect(set.github.callsTo('GET /repos/acme/shop/issues/1/comments').length).toBeGreaterThan(0),
    );
    await eventually(async () => expect(await set.waiting()).toEqual([]));
    expect(set.github.comments).toHaveLength(1);
  });

  it('is given up with a reason', async () => {
    const { set, item } = await parked();
    expect((await post(`/api/attention/${item.id}/dismiss`)).status).toBe(422);
    expect((await post(`/api/attention/${item.id}/dismiss`, { reason: 'The issue is gone.' })).status).toBe(
      200,
    );
    expect(await stuck(`account=${set.account}`)).toEqual([]);
    expect(await set.waiting()).toEqual([]);
    expect((await post(`/api/attention/${item.id}/retry`)).status).toBe(409);
  });

  it('is forgotten after a month by the sweep', async () => {
    const { set } = await parked();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + KEEP_PARKED_MS });
    await installationOf(env, set.account).sweep();
    expect(await stuck(`account=${set.account}`)).toEqual([]);
  });
});

describe('a write of a session that does not get through', () => {
  /** The far side of a lane has failed for some minutes. */
  const heldUpFor = (test: TestSession, lane: string, ms: number) =>
    runInDurableObject(test.rpc, (_object, { storage }) => {
      storage.sql.exec(
        `INSERT INTO outbox (lane, key, body, attempts, retry_at_ms, failing_since_ms, last_reason)
         VALUES (?, 'withdraw:9', '{"kind":"withdraw","taskNumber":9,"reason":"x"}', 7, ?, ?, 'hung up')`,
        lane,
        Date.now() + 3_600_000,
        Date.now() - ms,
      );
    });

  it("is on the account's list and the session's, and leaves both when it is through", async () => {
    const { account, test } = await newTask();
    await heldUpFor(test, 'other', HELD_UP_MS);
    await test.evict();
    await test.rpc.snapshot();
    const item = await onlyItem(`account=${account}`);
    expect(item).toMatchObject({
      kind: 'message',
      status: 'held_up',
      attempts: 7,
      lastError: 'hung up',
      sessionId: test.id,
      taskId: `${test.id}.9`,
      canDismiss: false,
    });
    expect(await stuck(`session=${test.id}`)).toEqual([item]);
    expect((await post(`/api/attention/${item.id}/dismiss`, { reason: 'no' })).status).toBe(409);
    expect((await post(`/api/attention/${item.id}/retry`)).status).toBe(202);
    await eventually(async () => expect(await stuck(`account=${account}`)).toEqual([]));
    expect(await stuck(`session=${test.id}`)).toEqual([]);
    expect(await test.eventTypes()).toContain('write.attended');
  });

  it('is taken off a list that still names it', async () => {
    const { account, test } = await newTask();
    await heldUpFor(test, 'other', HELD_UP_MS);
    await test.evict();
    const items = await test.rpc.attention();
    await installationOf(env, account).reportAttention(test.id, items, Date.now() - 1);
    await runInDurableObject(test.rpc, (_object, { storage }) => {
      storage.sql.exec("DELETE FROM outbox WHERE lane = 'other'");
    });
    const [item] = await stuck(`account=${account}`);
    expect((await post(`/api/attention/${item?.id}/retry`)).status).toBe(409);
    expect(await stuck(`account=${account}`)).toEqual([]);
  });
});

describe('a job', () => {
  it('that waits for a runner is listed with the reason', async () => {
    const { account, test } = await newTask();
    await eventually(async () => expect((await fleetOf(env, account).view()).queue).toHaveLength(1));
    expect(await stuck(`account=${account}`)).toEqual([]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20 * 60_000 });
    expect(await stuck(`account=${account}`)).toMatchObject([
      {
        kind: 'job',
        what: 'A job waits for a runner. No runner is registered. Add one under "Runners".',
        taskId: `${test.id}.1`,
        canRetry: true,
      },
    ]);
  });

  it('that a runner holds for too long is taken back and runs under the next epoch', async () => {
    const account = newAccount();
    const fleet = fleetOf(env, account);
    const { id } = await fleet.registerRunner(account, 'den');
    const first = await connectRunner(account, id);
    await first.hello();
    const { test } = await newTask(account);
    expect(await first.next('assign')).toMatchObject({ epoch: 1 });
    await runInDurableObject(fleet, (_object, { storage }) => {
      storage.sql.exec("UPDATE jobs SET envelope = json_set(envelope, '$.leasedAt', 1)");
    });
    await evictDurableObject(fleet);
    const item = await onlyItem(`account=${account}`);
    expect(item).toMatchObject({
      kind: 'lease',
      what: 'Runner "den" holds a job far beyond its limit of 10 minutes.',
      taskId: `${test.id}.1`,
    });
    expect((await post(`/api/attention/${item.id}/retry`)).status).toBe(202);
    expect(await first.next('assign')).toMatchObject({ epoch: 2 });
    expect(await stuck(`account=${account}`)).toEqual([]);
    expect((await post(`/api/attention/${item.id}/retry`)).status).toBe(409);
    await eventually(async () => expect(await test.eventTypes()).toContain('job.lost'));
  });
});

describe('the list', () => {
  it('goes over all accounts that the record knows', async () => {
    // First of all: other test files share the record.
    const { account } = await newTask(`github:1${Date.now()}`);
    await eventually(async () => expect((await fleetOf(env, account).view()).queue).toHaveLength(1));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20 * 60_000 });
    await eventually(async () => {
      expect(await stuck('')).toContainEqual(expect.objectContaining({ account, kind: 'job' }));
    });
  });

  it('knows no id that it did not give', async () => {
    expect((await post('/api/attention/abc/retry')).status).toBe(404);
    expect((await call(`/api/attention?session=${crypto.randomUUID()}`)).status).toBe(404);
    const anybody = await exports.default.fetch('http://localhost:8787/api/attention');
    expect(anybody.status).toBe(401);
  });
});
