import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { attentionActedSchema, attentionListSchema } from '../../protocol/attention.ts';
import { fleetViewSchema } from '../../protocol/fleet-view.ts';
import { type ApiDouble, createApiDouble } from './testing/api-double.ts';
import { STUCK } from './testing/attention-fixture.ts';
import { answerNow, nowTask, RUNNER, SESSION } from './testing/now-fixture.ts';
import { showApp } from './testing/show-app.tsx';

let api: ApiDouble;
let shown: Awaited<ReturnType<typeof showApp>> | null = null;
beforeEach(() => {
  api = createApiDouble();
});
afterEach(() => shown?.close());

const text = (selector: string) => shown?.host.querySelector(selector)?.textContent ?? '';
const group = (title: string) => {
  const sections = [...(shown?.host.querySelectorAll('.group') ?? [])];
  return sections.find((section) => section.querySelector('h2')?.textContent?.startsWith(title));
};

it('shows what waits for a person first, then what runs, is queued and has ended', async () => {
  const startsAt = Date.parse('2026-11-24T06:50:00Z');
  answerNow(
    api,
    {
      open: [
        nowTask(1, { startedAt: Date.now() - 65_000 }),
        nowTask(2, { status: 'waiting', state: 'waiting_approval', title: 'Approve me' }),
        nowTask(3, { state: 'pending', title: 'Third' }),
        nowTask(4, { state: 'pending', title: 'Behind' }),
      ],
      ended: [nowTask(5, { state: 'failed', failure: 'stalled', endedAt: Date.now(), status: 'idle' })],
    },
    {
      total: 1,
      waiting: [
        {
          taskId: `${SESSION}.3`,
          sessionId: SESSION,
          requester: 'ada',
          concurrency: null,
          ahead: 0,
          reason: 'Every fitting runner is busy.',
          estimate: { startsAt, durationMs: 1, basedOn: 2 },
          priority: 'high',
          countsAs: 'high',
          labels: [],
          enqueuedAt: 0,
        },
      ],
    },
  );
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(group('Queued')).toBeDefined());
  expect([...(shown.host.querySelectorAll('.group h2') ?? [])].map((one) => one.textContent)).toEqual([
    'Waiting for a person 1',
    'Running 1',
    'Queued 2',
    'Just ended 1',
  ]);
  expect(group('Waiting')?.textContent).toContain('Approve or rejectApprove meocto/shop · asked by mona');
  expect(group('Running')?.textContent).toMatch(/runningTask 1octo\/shop · mona · on box-1for 1:0\d\$0\.42/);
  expect(group('Queued')?.textContent).toContain('#1 in lineThird');
  expect(group('Queued')?.textContent).toContain('Every fitting runner is busy. · priority high');
  expect(group('Queued')?.querySelector('time')?.dateTime).toBe(new Date(startsAt).toISOString());
  expect(group('Queued')?.textContent).toContain('pendingBehind');
  expect(group('Just ended')?.textContent).toContain('failedTask 5octo/shop · mona · stalled');
  await vi.waitFor(() => expect(document.title).toBe('(1) Now · Signalbox'));
});

it('shows each machine with its load and each part with its health', async () => {
  answerNow(api);
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(text('.machines')).toContain('4900 requests'));
  expect(text('.machines')).toContain('box-1 online');
  expect(text('.machines')).toContain('1 of 4 jobs · version 0.1.0');
  expect(text('.gauges')).toBe('CPU25 %Memory2.0 GB of 8.0 GBDisk30.0 GB free');
  expect([...shown.host.querySelectorAll('meter')].map((one) => one.value)).toEqual([0.25, 0.25, 0.7]);
  expect(text('.machines')).toContain('Record (libSQL) failing');
});

it('says of a runner that a person drains that it takes no new jobs', async () => {
  answerNow(api);
  const drained = { ...RUNNER, status: 'draining' as const, drainAsked: true };
  api.answer('GET /api/runners', fleetViewSchema, { runners: [drained], queue: [] });
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(text('.machines')).toContain('box-1 draining'));
  expect(text('.machines')).toContain('1 of 4 jobs, takes no new ones');
});

it('says how to begin when nothing was asked yet', async () => {
  answerNow(api);
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(text('main')).toContain('Nothing has been asked yet'));
  expect(group('Running')).toBeUndefined();
});

it('shows the queue while the record is away, and does not call that nothing', async () => {
  answerNow(api);
  api.refuse('GET /api/now', { status: 503, code: 'record_unavailable', detail: 'The record is away.' });
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(text('main [role="alert"]')).toContain('The record is away.'));
  await vi.waitFor(() => expect(text('.machines')).toContain('box-1'));
  expect(text('main')).not.toContain('Nothing has been asked yet');
});

it('offers to try again what is stuck', async () => {
  answerNow(api);
  api.answer('GET /api/attention', attentionListSchema, { items: [STUCK], more: false });
  api.answer('POST /api/attention/abc/retry', attentionActedSchema, { status: 'queued' });
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(group('Stuck')).toBeDefined());
  expect(text('.rail')).toContain('Stuck: needs attention 1');
  group('Stuck')?.querySelector('button')?.click();
  await vi.waitFor(() => expect(text('.said-so')).toBe('It is being tried again.'));
});

it('says that the connection is lost, keeps what it knows, and mends itself', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    answerNow(api, { open: [nowTask(1)] });
    shown = await showApp(api, '/');
    await vi.waitFor(() => expect(group('Running')?.textContent).toContain('Task 1'));
    api.setUp(false);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(text('.banner')).toContain("can't be reached");
    expect(shown.host.querySelector('main [role="alert"]')).toBeNull();
    expect(group('Running')?.textContent).toContain('Task 1');
    api.setUp(true);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(text('.banner')).toBe('');
  } finally {
    vi.useRealTimers();
  }
});

it('leaves out the machines of accounts that the reader has no part in', async () => {
  answerNow(api, {}, {}, { login: 'vera', isDeploymentAdmin: false });
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(text('main')).toContain('Nothing has been asked yet'));
  expect(api.sent.map(({ call }) => call)).not.toContain('GET /api/runners');
});

it('lets somebody in several accounts choose one, of which the address then tells', async () => {
  const role = 'viewer' as const;
  const accounts = ['github:1', 'github:2'].map((account) => ({
    account,
    role,
    repositories: 'all' as const,
  }));
  const open = [nowTask(1), nowTask(2, { account: 'github:2' })];
  answerNow(api, { open }, {}, { login: 'vera', isDeploymentAdmin: false, accounts });
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(group('Running')?.textContent).toContain('Task 2'));
  const asked = () =>
    api.sent.filter(({ call }) => call === 'GET /api/runners').map(({ query }) => `${query}`);
  await vi.waitFor(() => expect(asked()).toEqual(['account=github%3A1', 'account=github%3A2']));
  const choice = shown.host.querySelector<HTMLSelectElement>('.account-choice select');
  await act(() => {
    if (choice === null) throw new Error('There is no choice.');
    choice.value = 'github:2';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
  });
  expect(window.location.search).toBe('?account=github%3A2');
  expect(text('main')).not.toContain('Task 1');
  await vi.waitFor(() => expect(asked().slice(2)).toEqual(['account=github%3A2']));
  // What waits is counted wherever it is.
  expect(shown.app.now.tasks.value.value?.open).toHaveLength(2);
});

it('leaves the set-up of the GitHub App to the Worker, and shows the way to whoever runs it all', async () => {
  answerNow(api);
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(text('main a[href="/setup"]')).toBe('Set it up'));
  let isTaken: boolean | null = null;
  const look = (event: Event) => {
    isTaken = event.defaultPrevented;
    event.preventDefault();
  };
  document.addEventListener('click', look);
  shown.host.querySelector<HTMLAnchorElement>('main a[href="/setup"]')?.click();
  document.removeEventListener('click', look);
  expect(isTaken).toBe(false);
  expect(window.location.pathname).toBe('/');
});
