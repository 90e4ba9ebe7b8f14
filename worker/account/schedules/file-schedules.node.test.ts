import { describe, expect, it } from 'vitest';
import {
  type FileSchedules,
  fileSchedulesSchema,
  type Schedule,
  scheduleSchema,
} from '../../../protocol/schedules.ts';
import { planFile } from './file-schedules.ts';

const OCTO = { login: 'octocat', id: 7, name: null, email: null };
const MONA = { login: 'mona', id: 8, name: null, email: null };
const SHOP = { repositoryId: 11, repository: 'octo/Shop.js' };

const read = (schedules: unknown): FileSchedules => fileSchedulesSchema.parse(schedules);
const nightly = read({ nightly: { cron: '0 3 * * *', prompt: 'Update', options: { maxUsd: 2 } } });

let ids = 0;
/** As the catalogue stores what the plan makes. */
const stored = (body: object): Schedule =>
  scheduleSchema.parse({
    ...body,
    id: `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    createdAt: 1,
    createdBy: 'x',
    updatedAt: 1,
    updatedBy: 'x',
  });

describe("a repository's file", () => {
  it('makes what it names, under names that are free in the account', () => {
    const first = planFile({ ...SHOP, schedules: nightly, by: OCTO }, []);
    expect(first.create).toMatchObject([
      {
        name: 'shop-js-nightly',
        file: { ...SHOP, name: 'nightly' },
        requester: OCTO,
        cron: '0 3 * * *',
        timeZone: 'UTC',
        prompt: 'Update',
        template: null,
        project: null,
        workspace: null,
      },
    ]);
    const taken = first.create.map(stored);
    const twin = planFile(
      { repositoryId: 12, repository: 'else/shop-js', schedules: nightly, by: OCTO },
      taken,
    );
    expect(twin.create.map(({ name }) => name)).toEqual(['shop-js-nightly-12']);
    expect(twin.remove).toEqual([]);
  });

  it('cuts names that are too long, and keeps them apart', () => {
    const long = 'x'.repeat(63);
    const schedules = read({
      [long]: { cron: '0 3 * * *', prompt: 'a' },
      [`${long.slice(1)}y`]: { cron: '0 3 * * *', prompt: 'b' },
    });
    const names = planFile({ ...SHOP, schedules, by: OCTO }, []).create.map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => name.length <= 63)).toBe(true);
  });

  it('leaves alone what it says as before, changes what it says otherwise, and takes away what is gone', () => {
    const known = planFile({ ...SHOP, schedules: nightly, by: OCTO }, []).create.map(stored);
    const [one] = known;
    expect(planFile({ ...SHOP, schedules: nightly, by: MONA }, known)).toEqual({
      create: [],
      replace: [],
      remove: [],
    });
    const other = read({ nightly: { cron: '0 4 * * *', prompt: 'Update', options: { maxUsd: 2 } } });
    expect(planFile({ ...SHOP, schedules: other, by: MONA }, known).replace).toMatchObject([
      { id: one?.id, body: { name: 'shop-js-nightly', cron: '0 4 * * *', requester: MONA } },
    ]);
    expect(planFile({ ...SHOP, schedules: {}, by: MONA }, known).remove).toEqual(known);
  });

  it("touches nothing of other repositories' and of people's", () => {
    const mine = stored({
      name: 'mine',
      cron: '0 3 * * *',
      prompt: 'x',
      workspace: { type: 'local', path: '/a' },
    });
    expect(planFile({ ...SHOP, schedules: {}, by: OCTO }, [mine])).toEqual({
      create: [],
      replace: [],
      remove: [],
    });
  });
});
