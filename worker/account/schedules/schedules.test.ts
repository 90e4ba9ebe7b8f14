import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlannedSchedule, ScheduleBody, ScheduleRun } from '../../../protocol/schedules.ts';
import { scheduleBodySchema } from '../../../protocol/schedules.ts';
import { webhookMessageSchema } from '../../../protocol/webhooks.ts';
import { sessionOf } from '../../http/durable-objects.ts';
import { finished, started } from '../../session/testing/runner-events.ts';
import { RUNNER, TestSession } from '../../session/testing/test-session.ts';
import { eventually } from '../../testing/eventually.ts';
import { accountOf } from '../account-of.ts';
import { LATE_MS } from './decide-due.ts';

let lastAccount = 1_070_000;
let account = '';
beforeEach(() => {
  lastAccount += 1;
  account = `github:${lastAccount}`;
});
afterEach(() => vi.unstubAllGlobals());

const desk = () => accountOf(env, account).schedules;
const object = () => env.ACCOUNT.get(env.ACCOUNT.idFromName(account));
const MONA = { login: 'mona', id: 77, name: null, email: null };

async function make(over: Partial<ScheduleBody> = {}): Promise<PlannedSchedule> {
  const body = scheduleBodySchema.parse({
    name: 'nightly',
    cron: '0 3 * * *',
    workspace: { type: 'local', path: '/srv/shop' },
    prompt: 'Update it',
    options: { labels: ['no-runner-has-this'] },
    ...over,
  });
  const made = await desk().create({ ...body, file: null, requester: MONA }, 'mona');
  if (made.status === 'refused') throw new Error(made.message);
  return made.item;
}

/** Sets the clock of a schedule so many ms back, and lets the alarm of the account ring. */
async function ring(scheduleId: string, agoMs = 0): Promise<void> {
  await runInDurableObject(object(), async (instance, { storage }) => {
    storage.sql.exec('UPDATE schedule_clocks SET due_ms = ? WHERE id = ?', Date.now() - agoMs, scheduleId);
    storage.sql.exec("INSERT OR REPLACE INTO deadlines (name, at_ms) VALUES ('schedules', 0)");
    await instance.alarm();
  });
}

const runsOf = (schedule: { id: string }) => desk().runs(schedule.id, 100);
/** The latest run, when it has come so far. */
async function latest(schedule: { id: string }, status: ScheduleRun['status']): Promise<ScheduleRun> {
  let found: ScheduleRun | undefined;
  await eventually(async () => {
    [found] = await runsOf(schedule);
    expect(found?.status).toBe(status);
  });
  if (found === undefined) throw new Error('There is no run.');
  return found;
}
const taskOf = async ({ id }: ScheduleRun) => (await sessionOf(env, id).overview())?.tasks[0];
const cancel = ({ id }: ScheduleRun) => sessionOf(env, id).endTask(1, 'cancel', 'mona', null);
const auditLines = async () =>
  (await accountOf(env, account).audit.after(0, 100)).map(({ actor, action }) => `${actor.kind} ${action}`);

/** A runner works on the task of a run and says that it is done. */
async function complete(run: ScheduleRun): Promise<void> {
  const session = new TestSession({ id: run.id, account } as ConstructorParameters<typeof TestSession>[0]);
  await session.rpc.jobAssigned(1, 1, { id: RUNNER, name: 'den' });
  const runner = await session.open();
  await runner.events(started, finished({ type: 'unchanged' }));
}

describe('a schedule that is due', () => {
  it('starts a task in a session of its own, as a request of who wrote it, and notes how it ended', async () => {
    const schedule = await make({ cron: '*/5 * * * *' });
    await ring(schedule.id, LATE_MS - 1);
    const run = await latest(schedule, 'running');
    expect(run).toMatchObject({ cause: 'due', missed: 0, sessionId: run.id, taskId: `${run.id}.1` });
    const overview = await sessionOf(env, run.id).overview();
    expect(overview).toMatchObject({
      session: {
        account,
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
    expect(await auditLines()).toContain('schedule task.created');
    await complete(run);
    expect(await latest(schedule, 'ended')).toMatchObject({ taskState: 'completed', reason: null });
    expect(await desk().find('nightly')).toMatchObject({
      failures: 0,
      paused: null,
      lastRun: { id: run.id },
    });
  });

  it('rings again at its next time', async () => {
    const schedule = await make();
    await ring(schedule.id);
    const atMs = await runInDurableObject(
      object(),
      (_instance, { storage }) =>
        storage.sql.exec<{ at: number }>("SELECT at_ms AS at FROM deadlines WHERE name = 'schedules'").one()
          .at,
    );
    expect(new Date(atMs).toISOString()).toMatch(/T03:00:00/);
    expect(atMs).toBeGreaterThan(Date.now());
  });

  it('makes one task however often its start is tried, across an eviction', async () => {
    const schedule = await make();
    await ring(schedule.id);
    const run = await latest(schedule, 'running');
    await runInDurableObject(object(), (_instance, { storage }) => {
      const starting = JSON.stringify({ ...run, status: 'starting', taskId: null, sessionId: null });
      storage.sql.exec(
        "UPDATE schedule_runs SET status = 'starting', run = ? WHERE id = ?",
        starting,
        run.id,
      );
    });
    await evictDurableObject(object());
    expect(await desk().attempt(run.id, false)).toEqual({ status: 'done' });
    expect(await latest(schedule, 'running')).toMatchObject({ taskId: run.taskId });
    expect((await sessionOf(env, run.id).overview())?.tasks).toHaveLength(1);
  });

  it('renders its template with its variables, by the options of both', async () => {
    await accountOf(env, account).prompts.create(
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
    const schedule = await make({ prompt: null, template, options: { maxUsd: 2 } });
    await ring(schedule.id);
    const task = await taskOf(await latest(schedule, 'running'));
    expect(task).toMatchObject({
      request: 'Update zod to the newest.',
      options: { maxUsd: 2, maxMinutes: 33 },
    });
  });

  it('starts nothing while it is switched off, and nothing after it was deleted', async () => {
    const off = await make({ enabled: false });
    await runInDurableObject(object(), (_instance, { storage }) => {
      const due = storage.sql
        .exec<{ due_ms: number | null }>('SELECT due_ms FROM schedule_clocks')
        .one().due_ms;
      expect(due).toBeNull();
    });
    const { item } = (await desk().remove(off.id)) as { item: PlannedSchedule };
    await ring(item.id);
    expect(await runsOf(item)).toEqual([]);
  });
});

describe('runs that were missed', () => {
  const DAYS_MS = 4 * 86_400_000;

  it('lead to one run', async () => {
    const schedule = await make();
    await ring(schedule.id, DAYS_MS);
    const run = await latest(schedule, 'running');
    expect(run.missed).toBeGreaterThanOrEqual(3);
    expect(await runsOf(schedule)).toHaveLength(1);
  });

  it('lead to none where that is asked for, and are noted', async () => {
    const schedule = await make({ missed: 'skip', cron: '0 3 1 1 *' });
    await ring(schedule.id, DAYS_MS);
    expect(await runsOf(schedule)).toMatchObject([
      { status: 'skipped', cause: 'missed', taskId: null, reason: 'Nothing could start it in time.' },
    ]);
    expect(await desk().find(schedule.id)).toMatchObject({ failures: 0, paused: null });
  });
});

describe('a run that finds the one before it at work', () => {
  it('is skipped', async () => {
    const schedule = await make({ overlap: 'skip' });
    await ring(schedule.id);
    await latest(schedule, 'running');
    await ring(schedule.id);
    expect(await latest(schedule, 'skipped')).toMatchObject({ reason: 'The run before it was not over.' });
    expect(await desk().run(schedule.id, 'mona')).toMatchObject({ status: 'refused', code: 'conflict' });
  });

  it('waits for it, alone, and starts when it is over', async () => {
    const schedule = await make({ overlap: 'queue' });
    await ring(schedule.id);
    const first = await latest(schedule, 'running');
    await ring(schedule.id);
    const second = await latest(schedule, 'waiting');
    await ring(schedule.id);
    expect(await latest(schedule, 'skipped')).toMatchObject({
      reason: 'The run before it was not over, and another one waits already.',
    });
    await cancel(first);
    await eventually(async () => {
      const runs = await runsOf(schedule);
      expect(runs.map(({ id, status }) => [id, status])).toEqual([
        [runs[0]?.id, 'skipped'],
        [second.id, 'running'],
        [first.id, 'ended'],
      ]);
    });
  });

  it('ends it and takes its place', async () => {
    const schedule = await make({ overlap: 'cancel' });
    await ring(schedule.id);
    const first = await latest(schedule, 'running');
    await ring(schedule.id);
    const second = await latest(schedule, 'running');
    expect(second.id).not.toBe(first.id);
    expect(await taskOf(first)).toMatchObject({ state: 'cancelled' });
    expect((await runsOf(schedule))[1]).toMatchObject({
      id: first.id,
      status: 'ended',
      taskState: 'cancelled',
    });
  });

  it('asks the session, should nobody have said that it is over', async () => {
    const schedule = await make({ overlap: 'skip' });
    await ring(schedule.id);
    const first = await latest(schedule, 'running');
    const session = new TestSession({ id: first.id } as ConstructorParameters<typeof TestSession>[0]);
    await session.hold('news' as Parameters<TestSession['hold']>[0]);
    await cancel(first);
    expect(await latest(schedule, 'running')).toMatchObject({ id: first.id });
    await ring(schedule.id);
    await eventually(async () =>
      expect((await runsOf(schedule)).map(({ status }) => status)).toEqual(['running', 'ended']),
    );
  });
});

describe('a schedule that fails three times in a row', () => {
  /** Its budget is spent: each task fails before a runner has it. */
  async function failing(): Promise<PlannedSchedule> {
    await accountOf(env, account).settings.change({ budgets: { accountUsdPerDay: 0 } }, 'mona');
    return make();
  }
  async function failOnce(schedule: PlannedSchedule, times: number): Promise<void> {
    await ring(schedule.id);
    await eventually(async () => {
      const runs = await runsOf(schedule);
      expect(runs).toHaveLength(times);
      expect(runs[0]).toMatchObject({ status: 'ended', taskState: 'failed' });
    });
  }

  it('pauses with a notice for people, for other systems and in the audit log', async () => {
    const got: unknown[] = [];
    const original = globalThis.fetch;
    vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input instanceof Request ? input.clone() : input, init);
      if (new URL(request.url).hostname !== 'hooks.example.com') return original(input, init);
      got.push(await request.json());
      return new Response(null, { status: 204 });
    });
    await accountOf(env, account).webhooks.create({
      url: 'https://hooks.example.com/x',
      events: ['schedule.paused'],
      name: 'chat',
      createdBy: 'mona',
    });
    const schedule = await failing();
    await failOnce(schedule, 1);
    await failOnce(schedule, 2);
    expect(await desk().find('nightly')).toMatchObject({ failures: 2, paused: null });
    await failOnce(schedule, 3);
    const reason = '3 runs in a row failed. The last one ended failed.';
    expect(await desk().find('nightly')).toMatchObject({ failures: 3, paused: { reason } });
    const [item] = await desk().attention();
    expect(item).toMatchObject({ kind: 'schedule', status: 'parked', canRetry: true, canDismiss: true });
    expect(item?.what).toBe(`The schedule "nightly" was paused: ${reason}`);
    expect(await auditLines()).toContain('signalbox schedule.paused');
    await eventually(() => expect(got).toHaveLength(1));
    expect(webhookMessageSchema.parse(got[0])).toMatchObject({
      type: 'schedule.paused',
      data: { account, schedule: { id: schedule.id, name: 'nightly', reason } },
    });
    // Its clock stands still.
    await ring('nobody');
    expect(await runsOf(schedule)).toHaveLength(3);
  });

  it('goes on when somebody retries it in the list, resumes it or writes it anew, and stays off when dismissed', async () => {
    const schedule = await failing();
    const pause = async (from: number) => {
      for (const times of [1, 2, 3]) await failOnce(schedule, from + times);
    };
    await pause(0);
    expect(await desk().attend(schedule.id, { action: 'retry', by: 'mona' })).toBe(true);
    expect(await desk().find('nightly')).toMatchObject({ failures: 0, paused: null });
    expect(await desk().attention()).toEqual([]);
    await pause(3);
    expect(await desk().attend(schedule.id, { action: 'dismiss', by: 'mona', reason: 'later' })).toBe(true);
    expect(await desk().attention()).toEqual([]);
    expect(await desk().find('nightly')).toMatchObject({ paused: { at: expect.any(Number) } });
    expect(await desk().resume('nightly')).toMatchObject({ status: 'ok', item: { paused: null } });
    expect(await desk().resume('nightly')).toMatchObject({ status: 'refused', code: 'not_allowed' });
  });

  it('counts what can not even start, with its reason, and begins anew after a run that went well', async () => {
    const schedule = await make({ prompt: null, template: { name: 'gone', variables: {} } });
    for (const times of [1, 2]) {
      await ring(schedule.id);
      await eventually(async () => expect(await runsOf(schedule)).toHaveLength(times));
      expect((await latest(schedule, 'failed')).reason).toContain('There is no prompt called gone.');
    }
    expect(await desk().find('nightly')).toMatchObject({ failures: 2 });
    await desk().replace(
      schedule.id,
      { ...schedule, prompt: 'Update it', template: null, requester: MONA },
      'mona',
    );
    expect(await desk().find('nightly')).toMatchObject({ failures: 0 });
  });
});

describe('a schedule that is run by hand', () => {
  it('starts at once, paused or not, and says who asked', async () => {
    const schedule = await make({ enabled: false });
    expect(await desk().run('nightly', 'mona')).toMatchObject({
      status: 'ok',
      run: { cause: 'by_hand', by: 'mona', status: 'starting' },
    });
    const run = await latest(schedule, 'running');
    expect(await taskOf(run)).toMatchObject({ source: 'schedule', requester: MONA });
    expect(await desk().run('nobody', 'mona')).toMatchObject({ status: 'refused', code: 'not_found' });
  });
});
