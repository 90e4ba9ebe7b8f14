import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliveryPageSchema } from '../protocol/http.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const MENTIONS = 100;
/** More than the pace lets out in a minute: it has had to hold some back. */
const WRITES = 75;
const DEADLINE_MS = 150_000;
const MINUTE_MS = 60_000;

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ github: { enforceSecondaryLimit: true } });
});
afterAll(() => world?.close());

it('stays within the limits that GitHub enforces when it is mentioned a hundred times at once', async () => {
  const { github } = world;
  const open = (index: number) => {
    // No runner has the label: what is measured is what the control plane says to GitHub.
    const body = `@signalbox --label nowhere do ${index}`;
    return github.openIssue({ repo: REPO, author: 'mona', title: `Issue ${index}`, body });
  };
  await Promise.all(Array.from({ length: MENTIONS }, (_, index) => open(index)));
  await until(
    'every mention is a task',
    async () => {
      const page = await world.stack.api.get(`/api/deliveries?limit=${MENTIONS}`, deliveryPageSchema);
      return page.items.filter(({ taskId }) => taskId !== null).length >= MENTIONS;
    },
    DEADLINE_MS,
  );
  const asked = () => github.requests.filter(({ operationId }) => operationId !== undefined);
  const writes = () => asked().filter(({ method, path }) => method !== 'GET' && path.startsWith('/repos/'));
  await until('so many writes went out', () => writes().length >= WRITES, DEADLINE_MS);
  expect(asked().filter(({ status }) => status === 403 || status === 429)).toEqual([]);
  const times = writes().map(({ at }) => at);
  const mostInAMinute = Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE_MS).length),
  );
  expect(mostInAMinute).toBeLessThanOrEqual(80);
  expect(github.violations).toEqual([]);
});
