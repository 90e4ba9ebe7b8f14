import type { QueueView } from '../../protocol/queue.ts';
import { EXAMPLE_RUNNER_ID } from './runner-examples.ts';
import { EXAMPLE_SESSION_ID, EXAMPLE_TASK_ID } from './session-examples.ts';

const AT = 1_780_000_030_000;
const CONCURRENCY = { group: 'web/deploy', limit: 1 };

/** An account's queue, as the API's description shows it. */
export const EXAMPLE_QUEUE: QueueView = {
  waiting: [
    {
      taskId: `${EXAMPLE_SESSION_ID}.2`,
      sessionId: EXAMPLE_SESSION_ID,
      requester: 'octocat',
      concurrency: CONCURRENCY,
      ahead: 0,
      reason: 'Its group "web/deploy" has one task at work; no more run at one time.',
      estimate: { startsAt: AT + 150_000, durationMs: 240_000, basedOn: 12 },
      priority: 'normal',
      countsAs: 'normal',
      labels: ['gpu'],
      enqueuedAt: AT,
    },
  ],
  working: [
    {
      taskId: EXAMPLE_TASK_ID,
      sessionId: EXAMPLE_SESSION_ID,
      requester: 'octocat',
      concurrency: CONCURRENCY,
      epoch: 1,
      runnerId: EXAMPLE_RUNNER_ID,
      runnerName: 'build-1',
      startedAt: AT - 90_000,
      usualMs: 240_000,
    },
  ],
  total: 1,
  limit: 10_000,
  limitOfOne: 5_000,
  next: null,
};
