import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SessionSummary, sessionPageSchema } from '../../protocol/http.ts';
import type { Sent } from '../records/testing/fake-api.ts';
import { ACCOUNT, readerWith, TestPage } from '../records/testing/show-page.tsx';
import { HistoryPage } from './history-page.tsx';

const SESSION: SessionSummary = {
  id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  account: ACCOUNT,
  title: 'Mend the door',
  status: 'idle',
  projectType: 'github',
  repository: 'octo/app',
  branch: null,
  source: 'github',
  assignee: null,
  labels: [],
  taskCount: 1,
  costUsd: 0.2,
  createdAt: 1,
  updatedAt: 2,
};
const OTHER = { ...SESSION, id: '3f2504e0-4f89-41d3-9a0c-0305e82c3302', title: 'Paint the wall' };

let page: TestPage;
beforeEach(() => {
  page = new TestPage(readerWith('viewer'));
  page.api.answer('GET /api/sessions', sessionPageSchema, { items: [SESSION], next: null });
});
afterEach(() => page.close());

const open = (query: string) => {
  window.history.replaceState(null, '', `/history${query}`);
  page.app.replaceSearch(query);
  return page.show((app) => <HistoryPage app={app} />);
};
const asked = () =>
  page.api.sent.filter(({ path }) => path === '/api/sessions').map(({ query }: Sent) => query);

it('asks for what the address filters by, and leaves out what the API does not know', async () => {
  await open(
    '?q=door&status=idle&source=nonsense&repository=octo%2Fapp&from=2026-11-01&to=2026-11-30&sort=oldest',
  );
  await page.sees('Mend the door');
  expect(asked()).toEqual([
    {
      q: 'door',
      status: 'idle',
      repository: 'octo/app',
      since: '2026-11-01',
      until: '2026-12-01',
      sort: 'created',
      order: 'asc',
      limit: '50',
    },
  ]);
  expect(page.field('Search').value).toBe('door');
  expect(page.field('Status').value).toBe('idle');
});

it('puts a chosen filter into the address as a step that the back button undoes', async () => {
  await open('');
  await page.sees('Mend the door');
  page.api.answer('GET /api/sessions', sessionPageSchema, { items: [], next: null });
  await page.fill('Status', 'closed');
  await page.sees('No session fits all of these filters.');
  expect(window.location.search).toBe('?status=closed');
  page.api.answer('GET /api/sessions', sessionPageSchema, { items: [SESSION], next: null });
  await page.press('Clear the filters');
  await page.sees('Mend the door');
  expect([window.location.pathname, window.location.search]).toEqual(['/history', '']);
});

it('puts what is typed into the address once the typing rests', async () => {
  await open('');
  await page.fill('Search', 'doo');
  await page.fill('Search', 'door');
  await expect.poll(() => asked().at(-1)?.q, { timeout: 5_000 }).toBe('door');
  expect(asked().map(({ q }) => q)).toEqual([undefined, 'door']);
});

it('shows more when there is more', async () => {
  page.api.answer('GET /api/sessions', sessionPageSchema, ({ query }: Sent) =>
    query.cursor === undefined ? { items: [SESSION], next: 'further' } : { items: [OTHER], next: null },
  );
  await open('');
  await page.sees('Mend the door');
  await page.press('Show more');
  await page.sees(/Mend the door.*Paint the wall/);
  expect(page.host.textContent).not.toContain('Show more');
});

it('exports what is filtered, in each format', async () => {
  await open('?repository=octo/app&from=2026-11-01');
  await page.sees('Mend the door');
  const links = [...page.host.querySelectorAll('.exports a')].map((link) => link.getAttribute('href'));
  expect(links).toHaveLength(18);
  expect(links).toContain(
    `/api/exports/tasks?format=csv&account=${encodeURIComponent(ACCOUNT)}&repository=octo%2Fapp&from=2026-11-01`,
  );
});

it('says that the record does not answer', async () => {
  page.api.refuse('GET /api/sessions', { status: 503, code: 'record_unavailable', detail: 'It is down.' });
  await open('');
  await page.sees('It is down.');
});
