import fc from 'fast-check';
import type { RunnerEvent } from '../../../protocol/events.ts';
import { FAILURE_KINDS, type Failure, type JobOutcome } from '../../../protocol/outcome.ts';
import type { DependencyEnd } from '../dependencies.ts';
import { SHA, TREE } from '../testing/make-requests.ts';
import {
  captured,
  gatesFinished,
  gatesStarted,
  pushed,
  started,
  text,
  turnEnded,
} from '../testing/runner-events.ts';

/** What people can want of a session and of its tasks. */
export const WISHES = [
  'submit',
  'add_task',
  'add_held_task',
  'add_task_after',
  'input',
  'stop',
  'cancel',
  'pause',
  'resume',
  'retry',
  'start',
  'delete',
  'approve',
  'reject',
  'rework',
  'answer',
  'decline',
  'finish',
  'retry_gates',
  'override_gates',
  'pause_session',
  'open_session',
] as const;
export type Wish = (typeof WISHES)[number];

/** One thing that happens to a session. Whether it fits the moment is not its concern. */
export type LifecycleStep =
  /** What would happen if nothing went wrong. */
  | { type: 'onward' }
  /** The runner does what it was told first of all that it has not done. */
  | { type: 'obey' }
  | { type: 'wish'; wish: Wish }
  | { type: 'fact'; fact: RunnerEvent }
  | { type: 'connect'; epochs: number; other: boolean }
  | { type: 'assigned'; epochs: number; other: boolean }
  | { type: 'lost'; epochs: number }
  | { type: 'github'; status: 'done' | 'parked' }
  /** What a task waits for has ended. */
  | { type: 'dependency'; ended: DependencyEnd }
  | { type: 'time'; ms: number }
  /** The next deadline of any task comes. */
  | { type: 'deadline' }
  | { type: 'evict' };

export const askedQuestion = {
  type: 'question.asked' as const,
  questionId: 'toolu_1',
  kind: 'question' as const,
  items: [
    {
      text: 'Which page?',
      header: null,
      multiSelect: false,
      choices: [
        { label: 'One', description: 'The first.' },
        { label: 'Two', description: 'The second.' },
      ],
    },
  ],
  tool: null,
};

const failureArbitrary: fc.Arbitrary<Failure> = fc.record({
  kind: fc.constantFrom(...FAILURE_KINDS),
  message: fc.constantFrom('It failed.', 'A server <b>said</b> *no* `twice`.'),
  remedy: fc.constant('Look at it, then retry.'),
  retryAt: fc.constant(null),
  transient: fc.boolean(),
});

const BRANCH = 'signalbox/12-fix-the-login-page';
const STAGED_REF = 'refs/signalbox/staged/5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e/1';
const rescueRef = fc.constantFrom(null, 'refs/signalbox/rescue/1');

const outcomeArbitrary: fc.Arbitrary<JobOutcome> = fc.oneof(
  fc.record({ type: fc.constant('failed' as const), failure: failureArbitrary, rescueRef }),
  fc.record({ type: fc.constantFrom('cancelled' as const, 'stopped' as const), rescueRef }),
  fc.record({
    type: fc.constant('exhausted' as const),
    limit: fc.constantFrom('turns', 'usd', 'minutes', 'tokens'),
    rescueRef,
  }),
  fc.record({ type: fc.constant('interrupted' as const), reason: fc.constant('It drains.'), rescueRef }),
  fc.constantFrom<JobOutcome>(
    { type: 'unchanged' },
    { type: 'kept', branch: null },
    { type: 'published', branch: BRANCH, sha: SHA, tree: TREE },
    { type: 'published', branch: BRANCH, sha: SHA, tree: TREE, draft: true },
  ),
  fc.record({ type: fc.constant('rejected' as const), reverted: fc.boolean(), rescueRef }),
);

/** What Claude asks of people, and what a runner says of it. */
const questionArbitrary: fc.Arbitrary<RunnerEvent> = fc.oneof(
  fc
    .record({
      questionId: fc.constantFrom('toolu_1', 'toolu_2'),
      kind: fc.constantFrom('question' as const, 'permission' as const),
    })
    .map((asked) => ({ ...askedQuestion, ...asked })),
  fc.constantFrom<RunnerEvent>(
    { type: 'question.settled', questionId: 'toolu_1', how: 'answered', grants: null },
    { type: 'question.settled', questionId: 'toolu_1', how: 'withdrawn', grants: null },
    { type: 'input.wanted', kind: 'chat', text: null },
    { type: 'input.wanted', kind: 'automation', text: 'Which of the two?' },
    { type: 'automation.continued', iteration: 1, by: 'responder', text: 'Go on.' },
    { type: 'gates.overridden', tree: TREE, by: 'mona' },
    { type: 'work.rejected', commandId: 1, by: 'mona', reason: null, again: true, messageId: null },
    { type: 'work.reverted', to: SHA, rescueRef: null },
  ),
);

/** Facts of a runner, also those that no honest one would tell now. */
const factArbitrary: fc.Arbitrary<RunnerEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<RunnerEvent>(started, turnEnded, captured, gatesStarted) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<RunnerEvent>(
      gatesFinished(true),
      gatesFinished(false),
      pushed(BRANCH),
      text('Still at it.'),
      { type: 'claude.paused' },
      { type: 'claude.resumed' },
      { type: 'command.taken', commandId: 1 },
      { type: 'rescue.made', ref: 'refs/signalbox/rescue/2', sha: SHA },
      { type: 'commit.made', sha: SHA, tree: TREE, branch: BRANCH },
      { type: 'push.staged', sha: SHA, tree: TREE, branch: BRANCH, ref: STAGED_REF, commits: 1 },
      { type: 'claude.api_retry', attempt: 1, maxAttempts: 10, status: 529, delayMs: 500 },
    ),
  },
  { weight: 2, arbitrary: questionArbitrary },
  {
    weight: 1,
    arbitrary: failureArbitrary.map((failure) => ({
      type: 'claude.recovering' as const,
      how: 'back_off' as const,
      failure,
      attempt: 1,
      maxAttempts: 4,
      delayMs: 5_000,
    })),
  },
  {
    weight: 2,
    arbitrary: outcomeArbitrary.map((outcome) => ({ type: 'job.finished' as const, outcome })),
  },
);

/** The current epoch mostly; now and then one that is gone, or one that this session has not heard of. */
const epochsArbitrary = fc.constantFrom(0, 0, 0, 1, 1, -1, 2);

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

export const stepArbitrary: fc.Arbitrary<LifecycleStep> = fc.oneof(
  { weight: 14, arbitrary: fc.constant({ type: 'onward' as const }) },
  { weight: 4, arbitrary: fc.constant({ type: 'obey' as const }) },
  {
    weight: 7,
    arbitrary: fc.record({ type: fc.constant('wish' as const), wish: fc.constantFrom(...WISHES) }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('fact' as const), fact: factArbitrary }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('connect' as const, 'assigned' as const),
      epochs: epochsArbitrary,
      other: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lost' as const), epochs: epochsArbitrary }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('github' as const),
      status: fc.constantFrom('done' as const, 'parked' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('dependency' as const),
      ended: fc.constantFrom<DependencyEnd[]>('completed', 'completed', 'failed', 'gone'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('time' as const),
      ms: fc.constantFrom(SECOND_MS, 20 * SECOND_MS, HOUR_MS, 30 * HOUR_MS),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'deadline' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'evict' as const }) },
);
