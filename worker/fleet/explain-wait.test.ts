import { expect, it } from 'vitest';
import { explainWait, type NamedRunner } from './explain-wait.ts';
import type { QueuedJob } from './fleet-state.ts';

const NOW = 1_000_000;
const job: QueuedJob = {
  taskId: 'a.1',
  sessionId: 'a',
  lockKey: 'session:a',
  labels: [],
  requester: 'mona',
  priority: 'normal',
  concurrency: null,
  project: 'project',
  preferredRunnerId: null,
  enqueuedAt: NOW,
  requestedAt: NOW,
  waitingSince: NOW,
  avoid: [],
};
const runner: NamedRunner = {
  id: 'r1',
  name: 'den',
  labels: ['linux'],
  capacity: 1,
  available: true,
  drains: false,
};

it.each([
  ['nobody is registered', job, [], 'No runner is registered. Add one under "Runners".'],
  ['no labels fit', { ...job, labels: ['gpu'] }, [runner], 'No runner has the labels "gpu".'],
  ['nobody is online', job, [{ ...runner, available: false }], 'No runner is online.'],
  [
    'nobody with the labels is online',
    { ...job, labels: ['linux'] },
    [{ ...runner, available: false }],
    'No runner with the labels "linux" is online.',
  ],
  [
    'those that are online drain',
    job,
    [
      { ...runner, available: false },
      { ...runner, id: 'r2', available: false, drains: true },
    ],
    'Every runner that is online drains: it takes no new jobs.',
  ],
  [
    'those with the labels drain',
    { ...job, labels: ['linux'] },
    [{ ...runner, available: false, drains: true }],
    'Every runner with the labels "linux" that is online drains: it takes no new jobs.',
  ],
  [
    'the runner with the work is away',
    { ...job, preferredRunnerId: 'r1' },
    [{ ...runner, available: false }],
    'Waiting for runner "den", which has the work so far.',
  ],
  [
    'all declined, and why',
    { ...job, avoid: [{ runnerId: 'r1', untilMs: NOW + 1, message: "This runner's policy forbids it." }] },
    [runner],
    `Every fitting runner declined it; they are asked again. "den": This runner's policy forbids it.`,
  ],
  ['all are busy', job, [runner], 'Every fitting runner is busy.'],
])('says that %s', (_case, waiting, runners, reason) => {
  expect(explainWait(waiting, runners, [], NOW)).toBe(reason);
});

it('says that another task works in the same workspace', () => {
  const lease = { ...job, taskId: 'a.0', runnerId: 'r1', epoch: 1 };
  expect(explainWait(job, [runner], [lease], NOW)).toBe('Another task works in the same workspace.');
});

it("says that a job's concurrency group is full", () => {
  const concurrency = { group: 'deploy', limit: 1 };
  const lease = { ...job, concurrency, taskId: 'b.1', lockKey: 'session:b', runnerId: 'r1', epoch: 1 };
  expect(explainWait({ ...job, concurrency }, [runner], [lease], NOW)).toBe(
    'Its group "deploy" has one task at work; no more run at one time.',
  );
});
