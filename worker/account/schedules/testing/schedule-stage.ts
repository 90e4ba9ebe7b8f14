import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import {
  type PlannedSchedule,
  type ScheduleBody,
  type ScheduleRun,
  scheduleBodySchema,
} from '../../../../protocol/schedules.ts';
import { sessionOf } from '../../../http/durable-objects.ts';
import { eventually } from '../../../testing/eventually.ts';
import { accountOf } from '../../account-of.ts';

export const MONA = { login: 'mona', id: 77, name: null, email: null };

/** The schedules of one account, with their clocks in hand. */
export class ScheduleStage {
  readonly account: string;

  constructor(account: string) {
    this.account = account;
  }

  get desk() {
    return accountOf(env, this.account).schedules;
  }

  get object() {
    return env.ACCOUNT.get(env.ACCOUNT.idFromName(this.account));
  }

  async make(over: Partial<ScheduleBody> = {}): Promise<PlannedSchedule> {
    const body = scheduleBodySchema.parse({
      name: 'nightly',
      cron: '0 3 * * *',
      workspace: { type: 'local', path: '/srv/shop' },
      prompt: 'Update it',
      options: { labels: ['no-runner-has-this'] },
      ...over,
    });
    const made = await this.desk.create({ ...body, file: null, requester: MONA }, 'mona');
    if (made.status === 'refused') throw new Error(made.message);
    return made.item;
  }

  /** Sets the clock of a schedule so many ms back, and lets the alarm of the account ring. */
  async ring(scheduleId: string, agoMs = 0): Promise<void> {
    await runInDurableObject(this.object, async (instance, { storage }) => {
      storage.sql.exec('UPDATE schedule_clocks SET due_ms = ? WHERE id = ?', Date.now() - agoMs, scheduleId);
      storage.sql.exec("INSERT OR REPLACE INTO deadlines (name, at_ms) VALUES ('schedules', 0)");
      await instance.alarm();
    });
  }

  runsOf(schedule: { id: string }): Promise<ScheduleRun[]> {
    return this.desk.runs(schedule.id, 100);
  }

  /** The latest run, when it has come so far. */
  async latest(schedule: { id: string }, status: ScheduleRun['status']): Promise<ScheduleRun> {
    let found: ScheduleRun | undefined;
    await eventually(async () => {
      [found] = await this.runsOf(schedule);
      expect(found?.status).toBe(status);
    });
    if (found === undefined) throw new Error('There is no run.');
    return found;
  }

  async auditLines(): Promise<string[]> {
    const lines = await accountOf(env, this.account).audit.after(0, 100);
    return lines.map(({ actor, action }) => `${actor.kind} ${action}`);
  }
}

export const taskOf = async ({ id }: ScheduleRun) => (await sessionOf(env, id).overview())?.tasks[0];
export const cancel = ({ id }: ScheduleRun) => sessionOf(env, id).endTask(1, 'cancel', 'mona', null);
