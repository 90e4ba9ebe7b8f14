import { describe, expect, it } from 'vitest';
import type { PermissionAnswer } from '../github/check-permission.ts';
import { PermissionCache } from './permission-cache.ts';

function cache() {
  const noted: string[] = [];
  const clock = { nowMs: 1_000 };
  const asked: number[] = [];
  const permissions = new PermissionCache({ now: () => clock.nowMs, note: (result) => noted.push(result) });
  const get = (answer: PermissionAnswer | Error, repositoryId = 7, login = 'mona') =>
    permissions.get(repositoryId, login, async () => {
      asked.push(clock.nowMs);
      if (answer instanceof Error) throw answer;
      return answer;
    });
  return { permissions, noted, clock, asked, get };
}

const WRITE = { permission: 'write', roleName: 'write' };
const READ = { permission: 'read', roleName: 'read' };

describe('a right that GitHub has confirmed', () => {
  it('counts for half a minute, for that person in that repository', async () => {
    const { get, asked, clock, noted } = cache();
    await get(WRITE);
    clock.nowMs += 29_999;
    expect(await get(READ, 7, 'Mona')).toEqual(WRITE);
    await get(READ, 8);
    await get(READ, 7, 'other');
    clock.nowMs += 1;
    expect(await get(READ)).toEqual(READ);
    expect(asked).toHaveLength(4);
    expect(noted).toEqual(['miss', 'hit', 'miss', 'miss', 'miss']);
  });

  it.each([
    ['a right that is too low', READ],
    ['a person whom GitHub does not know', null],
  ])('is never taken from %s: the next attempt asks again', async (_name, answer) => {
    const { get } = cache();
    expect(await get(answer)).toEqual(answer);
    expect(await get(WRITE)).toEqual(WRITE);
  });

  it('is never taken from an error', async () => {
    const { get } = cache();
    await expect(get(new Error('502'))).rejects.toThrow('502');
    expect(await get(READ)).toEqual(READ);
  });

  it("ends at once with GitHub's news of changed rights, also while it is asked for", async () => {
    const { get, permissions } = cache();
    await get(WRITE);
    permissions.hear('issue_comment');
    expect(await get(READ)).toEqual(WRITE);
    permissions.hear('member');
    expect(await get(READ)).toEqual(READ);
    const asking = get(WRITE);
    permissions.hear('team');
    expect(await asking).toEqual(WRITE);
    expect(await get(READ)).toEqual(READ);
  });
});
