import { afterEach, beforeEach, expect, it } from 'vitest';
import { type InsightFigures, type Insights, insightsSchema } from '../../protocol/insights.ts';
import { repositoriesAnswerSchema } from '../../protocol/repositories.ts';
import { ACCOUNT, readerWith, TestPage } from '../records/testing/show-page.tsx';
import { InsightsPage } from './insights-page.tsx';

const NONE = { completed: 0, rejected: 0, failed: 0, cancelled: 0, stopped: 0, exhausted: 0 };
const FIGURES: InsightFigures = {
  tasks: 10,
  outcomes: { ...NONE, completed: 8, failed: 2 },
  retries: { tasks: 2, completed: 1 },
  costUsd: 4.2,
  durationMs: { median: 240_000, p95: 1_140_000 },
  queueMs: { median: 900, p95: 42_000 },
  taskUsd: { median: 0.31, p95: 1.2 },
};
const INSIGHTS: Insights = {
  account: ACCOUNT,
  by: 'repository',
  from: 0,
  to: 1,
  total: FIGURES,
  groups: [
    { group: '5', name: 'octo/app', ...FIGURES },
    { group: 'none', name: null, ...FIGURES, tasks: 3 },
  ],
  more: false,
  days: [
    { day: '2026-11-01', outcomes: { ...NONE, completed: 8 } },
    { day: '2026-11-02', outcomes: { ...NONE, failed: 2 } },
  ],
  durationMs: [
    { below: 300_000, tasks: 7 },
    { below: null, tasks: 3 },
  ],
  queueMs: [{ below: null, tasks: 10 }],
  taskUsd: [{ below: null, tasks: 10 }],
  tools: [{ tool: 'Bash', calls: 120, errors: 6, durationMs: 340_000 }],
};

let page: TestPage;
beforeEach(() => {
  page = new TestPage(readerWith('viewer'));
  page.api.answer('GET /api/insights', insightsSchema, INSIGHTS);
  page.api.answer('GET /api/repositories', repositoriesAnswerSchema, {
    items: [{ id: 5, account: ACCOUNT, repository: 'octo/app', defaultBranch: 'main', private: true }],
    more: false,
  });
});
afterEach(() => page.close());

const open = (query: string) => {
  page.app.replaceSearch(query);
  return page.show((app) => <InsightsPage app={app} />);
};
const asked = () => page.api.sent.filter(({ path }) => path === '/api/insights').map(({ query }) => query);
const rowsOf = (caption: string) => {
  const table = [...page.host.querySelectorAll('table')].find((one) => one.caption?.textContent === caption);
  return [...(table?.rows ?? [])].map(({ cells }) => [...cells].map(({ textContent }) => textContent));
};

it('has the numbers behind each picture as a table', async () => {
  await open('');
  await page.sees('Tasks by outcome');
  expect(rowsOf('Tasks by outcome, a day')).toEqual([
    ['Day', 'completed', 'rejected', 'failed', 'cancelled', 'stopped', 'exhausted'],
    ['2026-11-01', '8', '0', '0', '0', '0', '0'],
    ['2026-11-02', '0', '0', '2', '0', '0', '0'],
  ]);
  expect(rowsOf('Duration')).toEqual([
    ['Duration', 'Tasks'],
    ['< 5 min', '7'],
    ['≥ 5 min', '3'],
  ]);
  expect(rowsOf('Tool calls')).toEqual([
    ['Tool', 'worked', 'failed'],
    ['Bash', '114', '6'],
  ]);
  expect(page.host.querySelectorAll('canvas[aria-label*="numbers follow"]')).toHaveLength(5);
});

it('compares groups, and leads from each to its own', async () => {
  await open('?by=repository&days=90');
  await page.sees('octo/app');
  expect(rowsOf('By repository')[1]).toEqual([
    'octo/app',
    '10',
    '80 %',
    '1 of 2',
    '4 min 0 s / 19 min 0 s',
    '900 ms / 42.0 s',
    '$0.31 / $1.20',
    '$4.20',
  ]);
  const links = [...page.host.querySelectorAll('table a')].map((link) => link.getAttribute('href'));
  expect(links).toEqual(['/insights?by=repository&days=90&repository=5']);
});

it('asks for the period, the person and the model of the address', async () => {
  await open('?by=model&from=2026-11-01&to=2026-11-30&requester=mona&repository=5');
  await page.sees('octo/app');
  expect(asked()).toEqual([
    {
      by: 'model',
      from: '2026-11-01',
      to: '2026-12-01',
      account: ACCOUNT,
      repository: '5',
      requester: 'mona',
    },
  ]);
});

it('says that nothing ended, and that it cannot be read', async () => {
  const nothing = { ...INSIGHTS, total: { ...FIGURES, tasks: 0 }, groups: [], tools: [] };
  page.api.answer('GET /api/insights', insightsSchema, nothing);
  await open('?days=7');
  await page.sees('No task ended in this period');
  page.api.refuse('GET /api/insights', { status: 503, code: 'record_unavailable', detail: 'It is down.' });
  await page.fill('Period', '90');
  await page.sees('It is down.');
});
