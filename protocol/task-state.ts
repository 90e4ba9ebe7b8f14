import { z } from 'zod';

export const TASK_STATES = [
  'pending',
  'pre_flight',
  'running',
  'waiting_input',
  'paused',
  'waiting_qa',
  'qa_running',
  'qa_failed',
  'waiting_approval',
  'approved',
  'completed',
  'rejected',
  'failed',
  'cancelled',
  'stopped',
  'exhausted',
] as const;

export const taskStateSchema = z.enum(TASK_STATES);
export type TaskState = z.infer<typeof taskStateSchema>;

export const TASK_INPUTS = [
  /** A runner took the job. */
  'assign',
  /** The lease was taken back; the job waits for a runner again. */
  'requeue',
  /** Pre-flight checks passed and Claude started. */
  'start',
  /** Claude asks a question or needs a permission; a person answers. */
  'ask',
  'answer',
  'pause',
  'resume',
  /** Claude is done; the work's tree is captured. */
  'finish_work',
  'begin_gates',
  'pass_gates',
  'fail_gates',
  /** Claude gets the gates' output and tries again. */
  'retry_gates',
  /** An admin lets work pass that a gate refused. */
  'override_gates',
  'approve',
  'reject',
  /** A person rejected the work and has Claude try again: it is put back to where it began. */
  'rework',
  /** Everything that was to leave the machine has left it, or there was nothing to. */
  'complete',
  'fail',
  'cancel',
  'stop',
  /** Out of turns, tokens, money or time. */
  'exhaust',
] as const;

export const taskInputSchema = z.enum(TASK_INPUTS);
export type TaskInput = z.infer<typeof taskInputSchema>;

/** States in which the task is over. `stopped` and `exhausted` can be resumed; the others are final. */
export const TERMINAL_STATES = [
  'completed',
  'rejected',
  'failed',
  'cancelled',
  'stopped',
  'exhausted',
] as const;

/** A person or a limit can end the task in any of these states. */
const ENDINGS = { fail: 'failed', cancel: 'cancelled', stop: 'stopped', exhaust: 'exhausted' } as const;

/** A runner holds (or may hold) the lease in any of these states. */
const LEASED = { ...ENDINGS, requeue: 'pending' } as const;

/** The whole life of a task: state → input → next state. What is not listed is refused. */
export const TASK_TRANSITIONS: Readonly<Record<TaskState, Readonly<Partial<Record<TaskInput, TaskState>>>>> =
  {
    pending: { ...ENDINGS, assign: 'pre_flight' },
    pre_flight: { ...LEASED, start: 'running' },
    running: { ...LEASED, ask: 'waiting_input', pause: 'paused', finish_work: 'waiting_qa' },
    waiting_input: { ...LEASED, answer: 'running' },
    paused: { ...LEASED, resume: 'running' },
    waiting_qa: { ...LEASED, begin_gates: 'qa_running', complete: 'completed' },
    qa_running: { ...LEASED, pass_gates: 'waiting_approval', fail_gates: 'qa_failed' },
    qa_failed: { ...LEASED, retry_gates: 'running', override_gates: 'waiting_approval', reject: 'rejected' },
    waiting_approval: { ...LEASED, approve: 'approved', reject: 'rejected', rework: 'running' },
    approved: { requeue: 'pending', complete: 'completed', fail: 'failed' },
    completed: {},
    rejected: {},
    failed: {},
    cancelled: {},
    stopped: { resume: 'pending' },
    exhausted: { resume: 'pending' },
  };

export type TransitionVerdict =
  | { status: 'moved'; from: TaskState; to: TaskState }
  | { status: 'refused'; reason: 'terminal' | 'not_allowed'; message: string };

export function isTerminal(state: TaskState): boolean {
  return (TERMINAL_STATES as readonly TaskState[]).includes(state);
}

/**
 * Applies one input to a task's state.
 *
 * @returns the move, or a refusal: `terminal` (a late event; ignore it) or `not_allowed` (tell the caller why).
 */
export function moveTask(from: TaskState, input: TaskInput): TransitionVerdict {
  const to = TASK_TRANSITIONS[from][input];
  if (to !== undefined) return { status: 'moved', from, to };
  if (isTerminal(from)) {
    return {
      status: 'refused',
      reason: 'terminal',
      message: `The task is ${from}; "${input}" comes too late.`,
    };
  }
  const allowed = Object.keys(TASK_TRANSITIONS[from]).join(', ');
  return {
    status: 'refused',
    reason: 'not_allowed',
    message: `A task that is ${from} can't take "${input}". Possible now: ${allowed}.`,
  };
}
