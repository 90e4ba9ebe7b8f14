import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, it, vi } from 'vitest';
import { issueSession, requestOf } from '../session/testing/make-requests.ts';
import { started } from '../session/testing/runner-events.ts';
import { TestSession } from '../session/testing/test-session.ts';
import { eventually } from '../testing/eventually.ts';
import { fleetOf, installationOf } from './durable-objects.ts';
import { accountsOfTurn, sweepAccounts, sweepObjects, sweepSessions } from './sweep-objects.ts';

afterEach(() => {
  vi.useRealTimers();
});

let accounts = 920_000;

/** A task that Claude works on. Its record is written; nothing goes to GitHub. */
async function running() {
  accounts += 1;
  const session = issueSession({ account: `github:${accounts}` });
  const test = new TestSession(session);
  await test.hold('github');
  await test.rpc.submit(session, requestOf('Please mend the door.'));
  const runner = await test.open();
  await runner.events(started);
  return test;
}

/** The alarm threw so often that the platform gave it up; the object itself stays in memory. */
const loseAlarm = (test: TestSession) =>
  runInDurableObject(test.rpc, (_object, { storage }) => storage.deleteAlarm());

const passHours = (hours: number) =>
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });

it('ends a task whose runner never came back and whose alarm is lost', async () => {
  const test = await running();
  await loseAlarm(test);
  passHours(2);
  // Until the record lists the session as busy.
  await eventually(async () => {
    expect((await sweepObjects(env, Date.now())).failed).toBe(0);
    expect((await test.task()).state).toBe('failed');
  });
  expect(await test.task()).toMatchObject({ failure: { kind: 'lost' } });
});

it('ends it although its object was evicted', async () => {
  const test = await running();
  await loseAlarm(test);
  await test.evict();
  passHours(2);
  expect(await sweepSessions(env, [test.id])).toBe(0);
  expect((await test.task()).state).toBe('failed');
});

it('leaves alone what has time left, and a session that is not there', async () => {
  const test = await running();
  expect(await sweepSessions(env, [test.id, crypto.randomUUID()])).toBe(0);
  expect((await test.task()).state).toBe('running');
});

it('is not needed where somebody asks: a request arms a late alarm again', async () => {
  const test = await running();
  await loseAlarm(test);
  passHours(2);
  await test.snapshot();
  expect(await runInDurableObject(test.rpc, (_object, { storage }) => storage.getAlarm())).not.toBeNull();
});

it('has Fleets and Installations look after what their lost alarm left', async () => {
  accounts += 1;
  const account = `github:${accounts}`;
  const objects = [fleetOf(env, account), installationOf(env, account)];
  for (const object of objects) {
    await runInDurableObject(object, async (_object, { storage }) => {
      storage.sql.exec("INSERT OR REPLACE INTO deadlines VALUES ('match', 1)");
      await storage.deleteAlarm();
    });
  }
  expect(await sweepAccounts(env, [account])).toBe(0);
  for (const object of objects) {
    const left = await runInDurableObject(object, (_object, { storage }) =>
      storage.sql.exec("SELECT name FROM deadlines WHERE name = 'match' AND at_ms = 1").toArray(),
    );
    expect(left).toEqual([]);
  }
});

it('comes to every account, turn after turn', () => {
  const all = Array.from({ length: 250 }, (_, index) => `github:${index + 1}`);
  expect([7, 8, 9].flatMap((turn) => accountsOfTurn(all, turn)).toSorted()).toEqual(all.toSorted());
  expect(accountsOfTurn(all.slice(0, 3), 5)).toEqual(all.slice(0, 3));
  expect(accountsOfTurn([], 5)).toEqual([]);
});
