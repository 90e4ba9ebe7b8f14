import { describe, expect, it } from 'vitest';
import {
  isTerminal,
  moveTask,
  TASK_INPUTS,
  TASK_STATES,
  type TaskInput,
  type TaskState,
  TERMINAL_STATES,
} from './task-state.ts';

/** Every move that there is, written out a second time; all other pairs are refused. */
const MOVES: Record<TaskState, Partial<Record<TaskInput, TaskState>>> = {
  pending: {
    assign: 'pre_flight',
    fail: 'failed',
    cancel: 'cancelled',
    stop: 'stopped',
    exhaust: 'exhausted',
  },
  pre_flight: {
    start: 'running',
    requeue: 'pending',
    fail: 'failed',
    cancel: 'cancelled',
    stop: 'stopped',
    exhaust: 'exhausted',
  },
  running: {
    ask: 'waiting_input',
    pause: 'paused',
    finish_work: 'waiting_qa',
    requeue: 'pending',
    fail: 'failed',
    cancel: 'cancelled',
    stop: 'stopped',
    exhaust: 'exhausted',
  },
  waiting_input: {
    answer: 'running',
    requeue: 'pending',
    fail: 'failed',
    cancel: 'cancelled',
    stop: 'stopped',
    exhaust: 'exhausted',
  },
  paused: {
    resume: 'running',
    requeue: 'pending',
    fail: 'failed',
    cancel: 'cancelled',
    stop: 'stopped',
    exhaust: 'exhausted',
  },
  waiting_qa: {
    begin_gates: 'qa_running',
    complete: 'completed',
    requeue: 'pending',
    fail: 'failed',
    cancel: 'cancelled',
    stop: 'stopped',
    exhaust: 'exhausted',
  },
  qa_running: {
    pass_gates: 'waiting_approval',
    fail_gates: 'qa_failed',
    requeue: 'pending',
    fail: 'failed',
    cancel: 'cancelled',
    stop: 'stopped',
    exhaust: 'exhausted',
  },
  qa_failed: {
    retry_gates: 'running',
    override_gates: 'waiting_approval',
    reject: 'rejected',
    requeue: 'pending',
    fail: 'failed',
    cancel: 'cancelled',
    stop: 'stopped',
    exhaust: 'exhausted',
  },
  waiting_approval: {
    approve: 'approved',
    reject: 'rejected',
    rework: 'running',
    requeue: 'pending',
    fail: 'failed',
    cancel: 'cancelled',
    stop: 'stopped',
    exhaust: 'exhausted',
  },
  approved: { requeue: 'pending', complete: 'completed', fail: 'failed' },
  completed: {},
  rejected: {},
  failed: {},
  cancelled: {},
  stopped: { resume: 'pending' },
  exhausted: { resume: 'pending' },
};

const PAIRS = TASK_STATES.flatMap((state) => TASK_INPUTS.map((input) => [state, input] as const));

describe('moveTask', () => {
  it.each(PAIRS)('%s + %s', (state, input) => {
    const to = MOVES[state][input];
    const verdict = moveTask(state, input);
    if (to !== undefined) expect(verdict).toEqual({ status: 'moved', from: state, to });
    else {
      const reason = isTerminal(state) ? 'terminal' : 'not_allowed';
      expect(verdict).toMatchObject({ status: 'refused', reason, message: expect.stringContaining(input) });
    }
  });

  it('says what is possible instead', () => {
    expect(moveTask('approved', 'cancel')).toEqual({
      status: 'refused',
      reason: 'not_allowed',
      message: 'A task that is approved can\'t take "cancel". Possible now: requeue, complete, fail.',
    });
  });

  it('reaches every state from pending, and an end from every state', () => {
    const reach = (from: TaskState): Set<TaskState> => {
      const seen = new Set<TaskState>([from]);
      for (const state of seen) for (const to of Object.values(MOVES[state])) seen.add(to);
      return seen;
    };
    expect(reach('pending')).toEqual(new Set(TASK_STATES));
    for (const state of TASK_STATES) {
      expect(
        [...reach(state)].some((reached) => (TERMINAL_STATES as readonly string[]).includes(reached)),
      ).toBe(true);
    }
  });
});
