import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PlannedSchedule, ScheduleRun } from '../../../protocol/schedules.ts';
import { sessionOf } from '../../http/durable-objects.ts';
import { finished, started } from '../../session/testing/runner-events.ts';
import { RUNNER, TestSession } from '../../session/testing/test-session.ts';
import { eventually } from '../../testing/eventually.ts';
import { accountOf } from '../account-of.ts';
import { LATE_MS } from './decide-due.ts';
import { cancel, MONA, ScheduleStage, taskOf } from './testing/schedule-stage.ts';

let lastAccount = 1_070_000;
let stage: ScheduleStage;
beforeEach(() => {
  lastAccount += 1;
  stage = new ScheduleStage(`github:${lastAccount}`);
});

/** A runner works on the task of a run and says that it is done. */
async function complete(run: ScheduleRun): Promise<void> {
  const session = new TestSession({ id: run.id, account: stage.account } as ConstructorParameters<
    typeof TestSession
  >[0]);
  await session.rpc.jobAssigned(1, 1, { id: RUNNER, name: 'den' });
  const runner = await session.open();
  await runner.events(started, finished({ type: 'unchanged' }));
}

describe('a schedule that is due', () => {
  it('starts a task in a session of its own, as a request of who wrote it, and notes how it ended', async () => {
    const schedule = await stage.make({ cron: '*/5 * * * *' });
    await stage.ring(schedule.id, LATE_MS - 1);
    const run = await stage.latest(schedule, 'running');
    expect(run).toMatchObject({ cause: 'due', missed: 0, sessionId: run.id, taskId: `${run.id}.1` });
    const overview = await sessionOf(env, run.id).overview();
    expect(overview).toMatchObject({
      session: {
        account: stage.account,
        source: 'schedule',
        metadata: { schedule: 'nightly' },
        workspace: { path: '/srv/shop' },
      },
      tasks: [
        {
          source: 'schedule',
          request: 'Update it',
          requester: MONA,
          options: { labels: ['no-runner-has-this'] },
        },
      ],
    });
    expect(await stage.auditLines()).toContain('schedule task.created');
    await complete(run);
    expect(await stage.latest(schedule, 'ended')).toMatchObject({ taskState: 'completed', reason: null });
    expect(await stage.desk.find('nightly')).toMatchObject({
      failures: 0,
      paused: null,
      lastRun: { id: run.id },
    });
  });

  it('rings again at its next time', async () => {
    const schedule = await stage.make();
    await stage.ring(schedule.id);
    const atMs = await runInDurableObject(
      stage.object,
      (_instance, { storage }) =>
        storage.sql.exec<{ at: number }>("SELECT at_ms AS at FROM deadlines WHERE name = 'schedules'").one()
          .at,
    );
    expect(new Date(atMs).toISOString()).toMatch(/T03:00:00/);
    expect(atMs).toBeGreaterThan(Date.now());
  });

  it('makes one task however often its start is tried, across an eviction', async () => {
    const schedule = await stage.make();
    await stage.ring(schedule.id);
    const run = await stage.latest(schedule, 'running');
    await runInDurableObject(stage.object, (_instance, { storage }) => {
      const starting = JSON.stringify({ ...run, status: 'starting', taskId: null, sessionId: null });
      storage.sql.exec(
        "UPDATE schedule_runs SET status = 'starting', run = ? WHERE id = ?",
        starting,
        run.id,
      );
    });
    await evictDurableObject(stage.object);
    expect(await stage.desk.attempt(run.id, false)).toEqual({ status: 'done' });
    expect(await stage.latest(schedule, 'running')).toMatchObject({ taskId: run.taskId });
    expect((await sessionOf(env, run.id).overview())?.tasks).toHaveLength(1);
  });

  it('renders its template with its variables, by the options of both', async () => {
    await accountOf(env, stage.account).prompts.create(
      {
        name: 'update',
        description: '',
        text: 'Update {{package}} to {{version}}.',
        variables: [
          { name: 'package', description: '', default: null },
          { name: 'version', description: '', default: 'the newest' },
        ],
        options: { maxUsd: 3, maxMinutes: 33 },
      },
      'mona',
    );
    const template = { name: 'update', variables: { package: 'zod' } };
    const schedule = await stage.make({ prompt: null, template, options: { maxUsd: 2 } });
    await stage.ring(schedule.id);
    const task = await taskOf(await stage.latest(schedule, 'running'));
    expect(task).toMatchObject({
      request: 'Update zod to the newest.',
      options: { maxUsd: 2, maxMinutes: 33 },
    });
  });

  it('starts nothing while it is switched off, and nothing after it was deleted', async () => {
    const off = await stage.make({ enabled: false });
    await runInDurableObject(stage.object, (_instance, { storage }) => {
      const due = storage.sql
        .exec<{ due_ms: number | null }>('SELECT due_ms FROM schedule_clocks')
        .one().due_ms;
      expect(due).toBeNull();
    });
    const { item } = (await stage.desk.remove(off.id)) as { item: PlannedSchedule };
    await stage.ring(item.id);
    expect(await stage.runsOf(item)).toEqual([]);
  });
});

describe('runs that were missed', () => {
  const DAYS_MS = 4 * 86_400_000;

  it('lead to one run', async () => {
    const schedule = await stage.make();
    await stage.ring(schedule.id, DAYS_MS);
    const run = await stage.latest(schedule, 'running');
    expect(run.missed).toBeGreaterThanOrEqual(3);
    expect(await stage.runsOf(schedule)).toHaveLength(1);
  });

  it('lead to none where that is asked for, and are noted', async () => {
    const schedule = await stage.make({ missed: 'skip', cron: '0 3 1 1 *' });
    await stage.ring(schedule.id, DAYS_MS);
    expect(await stage.runsOf(schedule)).toMatchObject([
      { status: 'skipped', cause: 'missed', taskId: null, reason: 'Nothing could start it in time.' },
    ]);
    expect(await stage.desk.find(schedule.id)).toMatchObject({ failures: 0, paused: null });
  });
});

describe('a run that finds the one before it at work', () => {
  it('is skipped', async () => {
    const schedule = await stage.make({ overlap: 'skip' });
    await stage.ring(schedule.id);
    await stage.latest(schedule, 'running');
    await stage.ring(schedule.id);
    expect(await stage.latest(schedule, 'skipped')).toMatchObject({
      reason: 'The run before it was not over.',
    });
    expect(await stage.desk.run(schedule.id, 'mona')).toMatchObject({ status: 'refused', code: 'conflict' });
  });

  it('waits for it, alone, and starts when it is over', async () => {
    const schedule = await stage.make({ overlap: 'queue' });
    await stage.ring(schedule.id);
    const first = await stage.latest(schedule, 'running');
    await stage.ring(schedule.id);
    const second = await stage.latest(schedule, 'waiting');
    await stage.ring(schedule.id);
    expect(await stage.latest(schedule, 'skipped')).toMatchObject({
      reason: 'The run before it was not over, and another one waits already.',
    });
    await cancel(first);
    await eventually(async () => {
      const runs = await stage.runsOf(schedule);
      expect(runs.map(({ id, status }) => [id, status])).toEqual([
        [runs[0]?.id, 'skipped'],
        [second.id, 'running'],
        [first.id, 'ended'],
      ]);
    });
  });

  it('ends it and takes its place', async () => {
    const schedule = await stage.make({ overlap: 'cancel' });
    await stage.ring(schedule.id);
    const first = await stage.latest(schedule, 'running');
    await stage.ring(schedule.id);
    const second = await stage.latest(schedule, 'running');
    expect(second.id).not.toBe(first.id);
    expect(await taskOf(first)).toMatchObject({ state: 'cancelled' });
    expect((await stage.runsOf(schedule))[1]).toMatchObject({
      id: first.id,
      status: 'ended',
      taskState: 'cancelled',
    });
  });

  it('asks the session, should nobody have said that it is over', async () => {
    const schedule = await stage.make({ overlap: 'skip' });
    await stage.ring(schedule.id);
    const first = await stage.latest(schedule, 'running');
    const session = new TestSession({ id: first.id } as ConstructorParameters<typeof TestSession>[0]);
    await session.hold('news' as Parameters<TestSession['hold']>[0]);
    await cancel(first);
    expect(await stage.latest(schedule, 'running')).toMatchObject({ id: first.id });
    await stage.ring(schedule.id);
    await eventually(async () =>
      expect((await stage.runsOf(schedule)).map(({ status }) => status)).toEqual(['running', 'ended']),
    );
  });
});

describe('a schedule that is run by hand', () => {
  it('starts at once, paused or not, and says who asked', async () => {
    const schedule = await stage.make({ enabled: false });
    expect(await stage.desk.run('nightly', 'mona')).toMatchObject({
      status: 'ok',
      run: { cause: 'by_hand', by: 'mona', status: 'starting' },
    });
    const run = await stage.latest(schedule, 'running');
    expect(await taskOf(run)).toMatchObject({ source: 'schedule', requester: MONA });
    expect(await stage.desk.run('nobody', 'mona')).toMatchObject({ status: 'refused', code: 'not_found' });
  });
});
