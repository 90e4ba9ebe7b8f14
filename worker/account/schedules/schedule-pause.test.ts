import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlannedSchedule } from '../../../protocol/schedules.ts';
import { webhookMessageSchema } from '../../../protocol/webhooks.ts';
import { eventually } from '../../testing/eventually.ts';
import { accountOf } from '../account-of.ts';
import { MONA, ScheduleStage } from './testing/schedule-stage.ts';

let lastAccount = 1_070_500;
let stage: ScheduleStage;
beforeEach(() => {
  lastAccount += 1;
  stage = new ScheduleStage(`github:${lastAccount}`);
});
afterEach(() => vi.unstubAllGlobals());

describe('a schedule that fails three times in a row', () => {
  /** Its budget is spent: each task fails before a runner has it. */
  async function failing(): Promise<PlannedSchedule> {
    await accountOf(env, stage.account).settings.change({ budgets: { accountUsdPerDay: 0 } }, 'mona');
    return stage.make();
  }
  async function failOnce(schedule: PlannedSchedule, times: number): Promise<void> {
    await stage.ring(schedule.id);
    await eventually(async () => {
      const runs = await stage.runsOf(schedule);
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
    await accountOf(env, stage.account).webhooks.create({
      url: 'https://hooks.example.com/x',
      events: ['schedule.paused'],
      name: 'chat',
      createdBy: 'mona',
    });
    const schedule = await failing();
    await failOnce(schedule, 1);
    await failOnce(schedule, 2);
    expect(await stage.desk.find('nightly')).toMatchObject({ failures: 2, paused: null });
    await failOnce(schedule, 3);
    const reason = '3 runs in a row failed. The last one ended failed.';
    expect(await stage.desk.find('nightly')).toMatchObject({ failures: 3, paused: { reason } });
    const [item] = await stage.desk.attention();
    expect(item).toMatchObject({ kind: 'schedule', status: 'parked', canRetry: true, canDismiss: true });
    expect(item?.what).toBe(`The schedule "nightly" was paused: ${reason}`);
    expect(await stage.auditLines()).toContain('signalbox schedule.paused');
    await eventually(() => expect(got).toHaveLength(1));
    expect(webhookMessageSchema.parse(got[0])).toMatchObject({
      type: 'schedule.paused',
      data: { account: stage.account, schedule: { id: schedule.id, name: 'nightly', reason } },
    });
    // Its clock stands still.
    await stage.ring('nobody');
    expect(await stage.runsOf(schedule)).toHaveLength(3);
  });

  it('goes on when somebody retries it in the list, resumes it or writes it anew, and stays off when dismissed', async () => {
    const schedule = await failing();
    const pause = async (from: number) => {
      for (const times of [1, 2, 3]) await failOnce(schedule, from + times);
    };
    await pause(0);
    expect(await stage.desk.attend(schedule.id, { action: 'retry', by: 'mona' })).toBe(true);
    expect(await stage.desk.find('nightly')).toMatchObject({ failures: 0, paused: null });
    expect(await stage.desk.attention()).toEqual([]);
    await pause(3);
    expect(await stage.desk.attend(schedule.id, { action: 'dismiss', by: 'mona', reason: 'later' })).toBe(
      true,
    );
    expect(await stage.desk.attention()).toEqual([]);
    expect(await stage.desk.find('nightly')).toMatchObject({ paused: { at: expect.any(Number) } });
    expect(await stage.desk.resume('nightly')).toMatchObject({ status: 'ok', item: { paused: null } });
    expect(await stage.desk.resume('nightly')).toMatchObject({ status: 'refused', code: 'not_allowed' });
  });

  it('counts what can not even start, with its reason, and begins anew after a run that went well', async () => {
    const schedule = await stage.make({ prompt: null, template: { name: 'gone', variables: {} } });
    for (const times of [1, 2]) {
      await stage.ring(schedule.id);
      await eventually(async () => expect(await stage.runsOf(schedule)).toHaveLength(times));
      expect((await stage.latest(schedule, 'failed')).reason).toContain('There is no prompt called gone.');
    }
    expect(await stage.desk.find('nightly')).toMatchObject({ failures: 2 });
    await stage.desk.replace(
      schedule.id,
      { ...schedule, prompt: 'Update it', template: null, requester: MONA },
      'mona',
    );
    expect(await stage.desk.find('nightly')).toMatchObject({ failures: 0 });
  });
});
