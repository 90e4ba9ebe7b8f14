import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { SettingsPatch } from '../../protocol/settings.ts';
import { accountOf } from '../account/account-of.ts';
import { connectRunner } from '../fleet/testing/connect-runner.ts';
import { fleetOf } from '../http/durable-objects.ts';
import { eventually } from '../testing/eventually.ts';
import { issueSession, requestOf } from './testing/make-requests.ts';
import { finished, started, turnEnded } from './testing/runner-events.ts';
import { submitted, TestSession } from './testing/test-session.ts';

let accounts = 980_100;

/** An account of its own, with these budgets. */
async function accountWith(budgets: NonNullable<SettingsPatch['budgets']>, timeZone = 'UTC') {
  accounts += 1;
  const account = `github:${accounts}`;
  await accountOf(env, account).settings.change({ budgets, timeZone }, 'test');
  return account;
}

const spendOf = (usd: number, change: object = {}) => ({
  id: crypto.randomUUID(),
  atMs: Date.now(),
  usd,
  taskId: `${crypto.randomUUID()}.1`,
  person: { id: 1, login: 'mona' },
  repository: { id: 7, name: 'acme/shop' },
  ...change,
});

/** While it lasts, the account's object fails whenever its budgets are asked. */
async function outage(account: string): Promise<() => Promise<void>> {
  const stub = env.ACCOUNT.get(env.ACCOUNT.idFromName(account));
  const rename = (from: string, to: string) =>
    runInDurableObject(stub, (_object, { storage }) => {
      storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
    });
  await rename('spends', 'spends_away');
  return () => rename('spends_away', 'spends');
}

const stateOf = async (session: TestSession) => (await session.task()).state;

describe('a budget', () => {
  it.each([
    ['the account', { accountUsdPerDay: 2 }],
    ['@mona', { personUsdPerDay: 2 }],
    ['@mona', { personUsdPerDay: 100, people: { mona: 2 } }],
    ['acme/shop', { repositoryUsdPerDay: 2 }],
    ['acme/shop', { repositoryUsdPerDay: 100, repositories: { 'acme/shop': 2 } }],
  ])(
    'of %s that is spent refuses a task, says so in the comment, and when it is renewed',
    async (whose, budgets) => {
      const account = await accountWith(budgets, 'Asia/Kolkata');
      await accountOf(env, account).budgets.spend([spendOf(2.5)]);
      const session = await submitted({ session: issueSession({ account }) });
      await eventually(async () => expect(await stateOf(session)).toBe('failed'));
      const { failure } = await session.task();
      expect(failure).toMatchObject({
        kind: 'budget',
        message: `Today's budget of ${whose} is spent: US$ 2.50 of US$ 2.00.`,
        remedy: expect.stringMatching(/`retry` after \d{4}-\d\d-\d\d 00:00 \(Asia\/Kolkata\)/),
      });
      expect(failure?.retryAt).toBeGreaterThan(Date.now());
      expect((await fleetOf(env, account).view()).queue).toEqual([]);
      const comments = (await session.held('github')).flatMap((body) =>
        body.kind === 'github' && body.write.kind === 'tracking_comment' ? [body.write.body] : [],
      );
      expect(comments.at(-1)).toContain('US$ 2.50 of US$ 2.00');
    },
  );

  it('refuses nobody by what others spent, or was spent on another day', async () => {
    const account = await accountWith({ personUsdPerDay: 2, repositoryUsdPerDay: 2 });
    const yesterday = Date.now() - 24 * 3_600_000;
    await accountOf(env, account).budgets.spend([
      spendOf(5, { person: { id: 2, login: 'hubot' }, repository: { id: 8, name: 'acme/other' } }),
      spendOf(5, { atMs: yesterday }),
    ]);
    const session = await submitted({ session: issueSession({ account }) });
    await eventually(async () => expect((await fleetOf(env, account).view()).queue).toHaveLength(1));
    expect(await stateOf(session)).toBe('pending');
  });

  it('that is spent while a task waits for its first runner refuses it too', async () => {
    const account = await accountWith({ accountUsdPerDay: 2 });
    const session = await submitted({ session: issueSession({ account }) });
    await eventually(async () => expect((await session.task()).queue?.ahead).toBe(0));
    await accountOf(env, account).budgets.spend([spendOf(2.5)]);
    // The Fleet is asked how the job stands, and the account again before it.
    await session.ringDeadline('task:1');
    await eventually(async () => expect(await stateOf(session)).toBe('failed'));
    expect((await session.task()).failure).toMatchObject({ kind: 'budget' });
    await eventually(async () => expect((await fleetOf(env, account).view()).queue).toEqual([]));
  });

  it('that is spent since does not end work that was lost and waits for its next runner', async () => {
    const account = await accountWith({ accountUsdPerDay: 2 });
    const session = await submitted({ session: issueSession({ account }) });
    await eventually(async () => expect((await session.task()).queue?.ahead).toBe(0));
    const runner = await session.open();
    await runner.events(started);
    await accountOf(env, account).budgets.spend([spendOf(2.5)]);
    await session.rpc.jobLost(1, 1, 'The lease ran out.');
    await eventually(async () => expect((await session.task()).queue?.ahead).toBe(0));
    expect(await stateOf(session)).toBe('pending');
  });

  it('leaves a task no more than what is left of it', async () => {
    const account = await accountWith({ accountUsdPerDay: 3, personUsdPerDay: 2 });
    await accountOf(env, account).budgets.spend([spendOf(0.5)]);
    const { id } = await fleetOf(env, account).registerRunner(account, 'den');
    const runner = await connectRunner(account, id);
    await runner.hello();
    await submitted({ session: issueSession({ account }), request: requestOf('Fix it', { maxUsd: 10 }) });
    const { job } = await runner.next('assign');
    expect(job.options.maxUsd).toBe(1.5);
  });
});

describe('what a turn costs', () => {
  it('reaches the account once, also when it did not answer and the session was evicted meanwhile', async () => {
    const account = await accountWith({ accountUsdPerDay: 1 });
    const session = await submitted({ session: issueSession({ account }) });
    const over = await outage(account);
    const runner = await session.open();
    await runner.events(started, turnEnded, turnEnded, finished({ type: 'unchanged' }));
    await eventually(async () => expect(await session.held('budget')).toHaveLength(2));
    await session.evict();
    await over();
    await session.rpc.snapshot();
    await eventually(async () => {
      await session.alarm();
      expect(await session.held('budget')).toEqual([]);
    });
    const first = await accountOf(env, account).budgets.view();
    expect(first.spentUsd).toBeCloseTo(0.1);
    expect(first.people).toMatchObject([{ login: 'mona', limitUsd: null }]);
    expect(first.repositories).toMatchObject([{ id: 7, name: 'acme/shop' }]);
    const again = spendOf(0.3);
    await accountOf(env, account).budgets.spend([again]);
    await accountOf(env, account).budgets.spend([again]);
    expect((await accountOf(env, account).budgets.view()).spentUsd).toBeCloseTo(0.4);
  });

  it('counts before the next task of the session, however late its own message is', async () => {
    const account = await accountWith({ accountUsdPerDay: 0.06 });
    const session = await submitted({ session: issueSession({ account }) });
    await session.hold('budget');
    const runner = await session.open();
    await runner.events(started, turnEnded, finished({ type: 'unchanged' }));
    await session.rpc.addTask(requestOf('One more thing'));
    await eventually(async () => expect((await session.task(2)).state).toBe('failed'));
    expect((await session.task(2)).failure).toMatchObject({ kind: 'budget' });
  });
});

it('a task whose account does not answer waits, and begins when it answers', async () => {
  const account = await accountWith({ accountUsdPerDay: 1 });
  const over = await outage(account);
  const session = new TestSession(issueSession({ account }));
  await session.hold('github');
  await session.hold('record');
  await session.rpc.submit(issueSession({ account, id: session.id }), requestOf('Fix it'));
  await eventually(async () => expect(await session.held('fleet')).toMatchObject([{ kind: 'enqueue' }]));
  expect(await stateOf(session)).toBe('pending');
  await session.evict();
  await over();
  await eventually(async () => {
    await session.alarm();
    expect((await fleetOf(env, account).view()).queue).toHaveLength(1);
  });
  expect(await session.held('fleet')).toEqual([]);
});
