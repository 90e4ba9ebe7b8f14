import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../protocol/ids.ts';
import type { IfFailed } from '../../protocol/task.ts';
import { eventually } from '../testing/eventually.ts';
import { issueSession, requestOf } from './testing/make-requests.ts';
import { finished, started } from './testing/runner-events.ts';
import { submitted, type TestSession } from './testing/test-session.ts';

let accounts = 1_050_000;
/** Nobody else's, so that its queue holds what the test put there. */
function newAccount(): string {
  accounts += 1;
  return `github:${accounts}`;
}

const sessionIn = (account: string) => submitted({ session: issueSession({ account }) });

const waiting = (account: string, after: TaskId[], ifFailed?: IfFailed) =>
  submitted({
    session: issueSession({ account }),
    request: { ...requestOf('Then this.'), after, ...(ifFailed === undefined ? {} : { ifFailed }) },
  });

async function queued(account: string): Promise<string[]> {
  const fleet = env.FLEET.get(env.FLEET.idFromName(account));
  return (await fleet.queuePage({ place: 0, limit: 100 })).waiting.map(({ taskId }) => taskId);
}

async function complete(session: TestSession): Promise<void> {
  const runner = await session.open();
  await runner.events(started, finished({ type: 'unchanged' }));
}

describe('a task that waits for another one', () => {
  it('is given to no runner before that is completed, and then is', async () => {
    const account = newAccount();
    const first = await sessionIn(account);
    const second = await waiting(account, [`${first.id}.1`]);
    await eventually(async () => expect(await queued(account)).toEqual([`${first.id}.1`]));
    expect(await second.task()).toMatchObject({
      state: 'pending',
      after: [{ taskId: `${first.id}.1`, ended: null }],
      ifFailed: 'fail',
    });
    await complete(first);
    await eventually(async () => expect(await queued(account)).toContain(`${second.id}.1`));
    expect((await second.task()).after).toEqual([{ taskId: `${first.id}.1`, ended: 'completed' }]);
    const types = await second.eventTypes();
    expect(types.filter((type) => /waits_for|dependency|queued/.test(type))).toEqual([
      'task.waits_for',
      'dependency.ended',
      'job.queued',
    ]);
  });

  it('waits for all of several, and remembers those that ended while it was evicted', async () => {
    const account = newAccount();
    const [a, b] = [await sessionIn(account), await sessionIn(account)];
    const last = await waiting(account, [`${a.id}.1`, `${b.id}.1`]);
    await complete(a);
    await eventually(async () => expect((await last.task()).after?.[0]?.ended).toBe('completed'));
    await last.evict();
    await b.evict();
    expect(await queued(account)).not.toContain(`${last.id}.1`);
    await complete(b);
    await eventually(async () => expect(await queued(account)).toContain(`${last.id}.1`));
  });

  it('starts at once when that is completed already', async () => {
    const account = newAccount();
    const first = await sessionIn(account);
    await complete(first);
    const second = await waiting(account, [`${first.id}.1`]);
    await eventually(async () => expect(await queued(account)).toContain(`${second.id}.1`));
  });

  it('fails, with what to do, when that is not completed', async () => {
    const account = newAccount();
    const first = await sessionIn(account);
    const second = await waiting(account, [`${first.id}.1`]);
    const third = await waiting(account, [`${second.id}.1`]);
    await first.rpc.endTask(1, 'cancel', 'mona', null);
    await eventually(async () => expect((await third.task()).state).toBe('failed'));
    expect(await second.task()).toMatchObject({
      state: 'failed',
      failure: {
        kind: 'dependency',
        message: `Task ${first.id}.1, which had to be completed first, is cancelled.`,
      },
    });
    expect((await third.task()).failure?.message).toContain('is failed');
    expect(await queued(account)).toEqual([]);
  });

  it('starts all the same, or is held until somebody starts it, where that was asked for', async () => {
    const account = newAccount();
    const first = await sessionIn(account);
    const starts = await waiting(account, [`${first.id}.1`], 'start');
    const holds = await waiting(account, [`${first.id}.1`], 'hold');
    await first.rpc.endTask(1, 'stop', 'mona', null);
    await eventually(async () => expect(await queued(account)).toEqual([`${starts.id}.1`]));
    await eventually(async () => expect((await holds.task()).held).toBe(true));
    await holds.rpc.orderTask(1, { type: 'start', by: 'mona' });
    await eventually(async () => expect(await queued(account)).toContain(`${holds.id}.1`));
  });

  it('takes a task that is gone for one that failed', async () => {
    const account = newAccount();
    const gone = `${crypto.randomUUID()}.1`;
    const task = await waiting(account, [gone]);
    await eventually(async () => expect((await task.task()).failure?.message).toContain('is gone'));
  });

  it('hears of a held task that was deleted', async () => {
    const account = newAccount();
    const held = await submitted({
      session: issueSession({ account }),
      request: { ...requestOf('Later.'), held: true },
    });
    const task = await waiting(account, [`${held.id}.1`]);
    await held.rpc.orderTask(1, { type: 'delete', by: 'mona' });
    await eventually(async () => expect((await task.task()).state).toBe('failed'));
  });

  it('waits no more when somebody starts it, and says who did', async () => {
    const account = newAccount();
    const first = await sessionIn(account);
    const second = await waiting(account, [`${first.id}.1`]);
    await second.rpc.orderTask(1, { type: 'start', by: 'hubot' });
    await eventually(async () => expect(await queued(account)).toContain(`${second.id}.1`));
    const page = await second.rpc.eventsAfter(0, 100);
    expect(page?.events.map(({ event }) => event)).toContainEqual({
      type: 'dependency.ended',
      taskId: null,
      ended: null,
      left: 1,
      by: 'hubot',
    });
    await first.rpc.endTask(1, 'cancel', 'mona', null);
    expect((await second.task()).state).toBe('pending');
  });

  it('lets later tasks of its session go first, and can be stopped', async () => {
    const account = newAccount();
    const first = await sessionIn(account);
    const second = await waiting(account, [`${first.id}.1`]);
    await second.rpc.addTask(requestOf('Something else.'));
    await eventually(async () => expect(await queued(account)).toContain(`${second.id}.2`));
    await second.rpc.endTask(1, 'stop', 'mona', null);
    expect((await second.task()).state).toBe('stopped');
  });

  it('says in the comment what it waits for', async () => {
    const account = newAccount();
    const first = await sessionIn(account);
    const second = await waiting(account, [`${first.id}.1`]);
    const comments = (await second.held('github')).flatMap((write) =>
      write.kind === 'github' && write.write.kind === 'tracking_comment' ? [write.write.body] : [],
    );
    expect(comments[0]).toContain('**Waiting for other tasks**');
    expect(comments[0]).toContain(
      `- Waits for \` ${first.id}.1 \`; it fails when one of them is not completed`,
    );
  });
});
