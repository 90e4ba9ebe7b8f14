import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { isTerminal, TASK_STATES, type TaskState } from '../../../protocol/task-state.ts';
import { issueSession, pullSession } from '../testing/make-requests.ts';
import { checkAgreement, type Moves } from './check-agreement.ts';
import { type LifecycleStep, stepArbitrary } from './lifecycle-step.ts';
import { LifecycleWorld } from './lifecycle-world.ts';
import { performStep } from './perform-step.ts';
import type { AgreementSteps } from './read-steps.ts';

declare module 'vitest' {
  interface ProvidedContext {
    agreement: AgreementSteps;
  }
}

/** On average: enough to come through every state and back. */
const STEPS_A_RUN = 40;

/** So many steps come through every state with any seed. */
const ALL_STATES_STEPS = 5_000;

/** Deadlines that a session can meet one after the other when nobody does anything any more. */
const MAX_DEADLINES = 60;

/** For the longest run, on a machine that does other work; a failure is shrunk in this time too. */
const LONGEST_MS = 3_600_000;

const { steps, seed } = inject('agreement');

/** Does the steps, and looks after each of them. @returns what does not hold, and after which step. */
async function live(
  world: LifecycleWorld,
  asked: readonly LifecycleStep[],
  visited: Set<TaskState>,
): Promise<string[]> {
  const moves: Moves = new Map();
  for (const [index, step] of asked.entries()) {
    await performStep(world, step);
    const problems = await checkAgreement(world, moves);
    for (const state of moves.values()) visited.add(state);
    if (problems.length > 0) return [`After step ${index} ${JSON.stringify(step)}:`, ...problems];
  }
  return leftAlone(world, moves);
}

/** Nobody does anything any more: deadlines alone bring everything to an end that nobody holds. */
async function leftAlone(world: LifecycleWorld, moves: Moves): Promise<string[]> {
  await world.test.rpc.update({ state: 'open' }, 'mona');
  for (let rung = 0; rung < MAX_DEADLINES; rung += 1) {
    const { tasks, messages } = await world.snapshot();
    const living = tasks.filter(({ state, held }) => !isTerminal(state) && held !== true);
    if (living.length === 0) {
      const waiting = new Set(
        tasks.flatMap(({ id, state, held }) => (held || state === 'stopped' ? [id] : [])),
      );
      return messages
        .filter(({ status, taskId }) => status === 'queued' && !(taskId !== null && waiting.has(taskId)))
        .map(({ id, taskId }) => `The message ${id} of task ${taskId} waits for ever.`);
    }
    const ends = living.flatMap(({ endsAt }) => endsAt ?? []);
    await world.passTime(Math.max(60_000, Math.min(...ends) - Date.now()));
    const problems = await checkAgreement(world, moves);
    if (problems.length > 0) return [`Left alone, after deadline ${rung}:`, ...problems];
  }
  return ['The session does not come to an end when it is left alone.'];
}

describe('the state machine, the page, the comment and the check run', () => {
  it(
    'agree after every input, allow nothing that the table does not, and let nothing wait for ever',
    async () => {
      const asked = fc.array(stepArbitrary, { minLength: 1, maxLength: 2 * STEPS_A_RUN - 1, size: 'max' });
      const visited = new Set<TaskState>();
      await fc.assert(
        fc.asyncProperty(fc.constantFrom('issue', 'pull', 'fork'), asked, async (thread, list) => {
          const world = await LifecycleWorld.open(
            thread === 'issue' ? issueSession() : pullSession(thread === 'fork'),
          );
          try {
            expect(await live(world, list, visited)).toEqual([]);
          } finally {
            world.close();
          }
        }),
        { numRuns: Math.ceil(steps / STEPS_A_RUN), seed, interruptAfterTimeLimit: LONGEST_MS },
      );
      // Else the steps would show less than they seem to.
      if (steps >= ALL_STATES_STEPS) expect([...visited].toSorted()).toEqual([...TASK_STATES].toSorted());
    },
    LONGEST_MS,
  );
});
