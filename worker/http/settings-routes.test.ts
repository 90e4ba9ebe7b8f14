import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { budgetsViewSchema } from '../../protocol/budgets.ts';
import { settingsViewSchema } from '../../protocol/settings.ts';
import { accountOf } from '../account/account-of.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';

const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const call = (method: string, account: string, body?: unknown, path = 'settings') =>
  exports.default.fetch(`http://localhost:8787/api/${path}?account=${account}`, {
    method,
    headers: ADMIN,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function change(account: string, patch: unknown) {
  const response = await call('PATCH', account, patch);
  expect(response.status).toBe(200);
  return settingsViewSchema.parse(await response.json()).settings;
}

it('keeps what was set, takes back what is null, and shows defaults for the rest', async () => {
  const account = 'github:980001';
  const before = settingsViewSchema.parse(await (await call('GET', account)).json());
  expect(before).toMatchObject({
    account,
    settings: { timeZone: 'UTC', budgets: { accountUsdPerDay: null, people: {} }, tasks: {} },
    updatedAt: null,
    updatedBy: null,
  });
  await change(account, {
    timeZone: 'Europe/Berlin',
    budgets: { accountUsdPerDay: 100, people: { Octocat: 5, mona: 6 } },
    tasks: { maxMinutes: 30, model: 'opus' },
  });
  await change(account, {
    budgets: { personUsdPerDay: 2, people: { octocat: null } },
    tasks: { model: null },
  });
  const after = settingsViewSchema.parse(await (await call('GET', account)).json());
  expect(after).toMatchObject({
    settings: {
      timeZone: 'Europe/Berlin',
      budgets: { accountUsdPerDay: 100, repositoryUsdPerDay: null, personUsdPerDay: 2, people: { mona: 6 } },
      tasks: { maxMinutes: 30 },
    },
    updatedBy: 'admin',
  });
  expect(after.settings.budgets.people).toEqual({ mona: 6 });
  expect(after.settings.tasks).toEqual({ maxMinutes: 30 });
});

it('names every mistake and changes nothing then', async () => {
  const account = 'github:980002';
  await change(account, { budgets: { accountUsdPerDay: 7 } });
  const refused = await call('PATCH', account, {
    timeZone: 'Middle-earth/Shire',
    budgets: { accountUsdPerDay: -1, colour: 'red' },
  });
  expect(refused.status).toBe(422);
  const { code, errors } = (await refused.json()) as { code: string; errors: { path: string }[] };
  expect(code).toBe('invalid_body');
  expect(errors.map(({ path }) => path).sort()).toEqual(['budgets', 'budgets.accountUsdPerDay', 'timeZone']);
  const { settings } = settingsViewSchema.parse(await (await call('GET', account)).json());
  expect(settings.budgets.accountUsdPerDay).toBe(7);
});

it('shows what is spent of the budgets today, with the exceptions of people and repositories', async () => {
  const account = 'github:980003';
  await change(account, {
    budgets: { accountUsdPerDay: 7, personUsdPerDay: 2, repositories: { 'acme/shop': 5 } },
  });
  await accountOf(env, account).budgets.spend([
    {
      id: 'x#1',
      taskId: 'x.1',
      atMs: Date.now(),
      usd: 0.5,
      person: { id: null, login: 'constructor' },
      repository: { id: 7, name: 'Acme/Shop' },
    },
  ]);
  const budgets = budgetsViewSchema.parse(await (await call('GET', account, undefined, 'budgets')).json());
  expect(budgets).toMatchObject({
    limitUsd: 7,
    spentUsd: 0.5,
    people: [{ login: 'constructor', limitUsd: 2, spentUsd: 0.5 }],
    repositories: [{ id: 7, name: 'Acme/Shop', limitUsd: 5, spentUsd: 0.5 }],
  });
  expect(budgets.until - budgets.from).toBe(24 * 3_600_000);
});
