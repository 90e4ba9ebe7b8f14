import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { openRecord } from '../../record/open-record.ts';
import { writeRecord } from '../../record/write-record.ts';
import { TEST_ADMIN_KEY } from '../../test-settings.ts';
import { accountOf } from '../account-of.ts';
import { placeRun } from './place-run.ts';

const ID = 1_069_000;
const account = `github:${ID}`;

async function post(path: string, body: object): Promise<void> {
  const init = {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
    body: JSON.stringify(body),
  };
  const response = await exports.default.fetch(`http://localhost:8787${path}?account=${account}`, init);
  expect(response.status).toBe(201);
}

it("opens a project's other repositories beside the first that is written to", async () => {
  const rows = ['design', 'shop', 'web'].map((name, index) => ({
    table: 'repositories' as const,
    row: {
      ...{ id: ID + index, owner: 'octo', name, account, installationId: 7, updatedAt: 1 },
      ...{ defaultBranch: 'main', private: true },
      cloneUrl: `https://github.com/octo/${name}.git`,
      htmlUrl: `https://github.com/octo/${name}`,
    },
  }));
  await writeRecord(openRecord(env), rows);
  const design = { repository: 'octo/design', access: 'read', base: 'next' };
  const repositories = [design, { repository: 'octo/shop' }, { repository: 'octo/web' }];
  await post('/api/projects', { name: 'trains', repositories });
  const schedule = {
    name: 'nightly',
    cron: '0 3 * * *',
    timeZone: 'UTC',
    project: 'trains',
    prompt: 'Look.',
  };
  await post('/api/schedules', schedule);
  const made = await accountOf(env, account).schedules.find('nightly');
  if (made === null) throw new Error('The schedule is there.');
  expect(await placeRun(env, account, made)).toMatchObject({
    status: 'placed',
    workspace: { repository: { name: 'shop' } },
    repositories: [
      { repository: { name: 'design' }, access: 'read', base: 'next' },
      { repository: { name: 'web' }, access: 'write', base: 'main' },
    ],
  });
});
