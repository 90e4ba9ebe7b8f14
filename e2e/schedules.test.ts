import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { scheduleRunPageSchema, scheduleRunSchema, scheduleViewSchema } from '../protocol/schedules.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world?.close());

const FILE = '.github/signalbox.yml';
const listSchema = z.object({ items: z.array(scheduleViewSchema) });

const configure = (text: string) =>
  world.github.pushCommit({ repo: REPO, author: 'mona', branch: 'main', files: { [FILE]: text } });

async function accountOfRepository(): Promise<string> {
  const opened = await world.github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'First',
    body: '@signalbox [[say:hello]]',
  });
  const id = world.sessionOf(opened.number);
  await world.ended(id);
  return (await world.session(id)).session.account;
}

it("takes a repository's schedule from its file, runs it on a branch of its own, and drops it with the file", async () => {
  const { stack } = world;
  const account = await accountOfRepository();
  const query = `account=${account}`;
  const list = async () => (await stack.api.get(`/api/schedules?${query}`, listSchema)).items;
  await configure(
    'schedules:\n  nightly:\n    cron: "0 3 * * *"\n    prompt: "Please [[write:src/note.md|a nightly note]]"\n',
  );
  const schedule = await until('the schedule is known', async () => (await list())[0]);
  expect(schedule).toMatchObject({ name: `${REPO}-nightly`, createdBy: 'mona', file: { name: 'nightly' } });
  expect(schedule.nextRuns).toHaveLength(3);

  const { url, headers } = stack.api;
  const response = await fetch(`${url}/api/schedules/${schedule.name}/run?${query}`, {
    method: 'POST',
    headers,
  });
  expect(response.status).toBe(202);
  const { id } = scheduleRunSchema.parse(await response.json());
  const runs = () => stack.api.get(`/api/schedules/${schedule.id}/runs?${query}`, scheduleRunPageSchema);
  const run = await until('the run is over', async () => {
    const found = (await runs()).items.find((one) => one.id === id);
    return found?.status === 'ended' ? found : null;
  });
  expect(run).toMatchObject({ cause: 'by_hand', taskState: 'completed', taskId: `${id}.1` });
  const { tasks, session } = await world.session(id);
  expect(session).toMatchObject({ source: 'schedule', metadata: { schedule: schedule.name } });
  expect(tasks).toMatchObject([{ source: 'schedule', requester: { login: 'mona' }, state: 'completed' }]);
  expect(tasks[0]?.branch).toContain('nightly');

  await configure('model: sonnet\n');
  await until('the schedule is gone', async () => (await list()).length === 0);
});
