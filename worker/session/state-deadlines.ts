import type { FailureKind } from '../../protocol/outcome.ts';
import type { TaskState } from '../../protocol/task-state.ts';
import type { TaskRecord } from './session-record.ts';
import { isStaged } from './staged-commits.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Runners of a team may be off over a weekend; who waits for longer has done it otherwise. */
export const QUEUE_LIMIT_MS = 72 * HOUR_MS;
/** By then no runner is just starting: somebody has to do something. */
export const QUEUE_REMINDER_MS = HOUR_MS;

/** A first fetch of a very large repository over a slow line. */
export const PRE_FLIGHT_LIMIT_MS = 45 * MINUTE_MS;

/** What a runner needs beyond the task's own minutes, which it counts itself: starting, ending, rescuing. */
export const LEASED_SLACK_MS = 20 * MINUTE_MS;

/** Handing the captured work on takes seconds. */
export const HAND_OVER_LIMIT_MS = 20 * MINUTE_MS;

/** A gate has a time limit of its own; this is for all of them. */
export const GATES_LIMIT_MS = 2 * HOUR_MS;

/** A question of the afternoon is answered the next day, or work has gone on without it. Holds a runner's place. */
export const ANSWER_LIMIT_MS = 24 * HOUR_MS;
export const ANSWER_REMINDER_MS = 4 * HOUR_MS;

/** Reviews take longer than answers, and a weekend may lie between. Holds a runner's place. */
export const APPROVAL_LIMIT_MS = 72 * HOUR_MS;
export const APPROVAL_REMINDER_MS = 24 * HOUR_MS;

/** Pushing takes seconds, minutes on a slow line. */
export const PUSH_LIMIT_MS = 10 * MINUTE_MS;

/** The outgoing queue gives a write up after about two hours; its word comes first. */
export const PULL_REQUEST_LIMIT_MS = 3 * HOUR_MS;

export type StateDeadline = {
  /** The longest time in this state. */
  limitMs: (task: TaskRecord) => number;
  /** A reminder on the way, where a person is waited for. */
  reminderMs: number | null;
  /** Ends as failed, or stopped so that it can be resumed. */
  end: 'failed' | 'stopped';
  kind: (task: TaskRecord) => FailureKind;
  /** For the documentation, where the limit is not one number. */
  limitText?: string;
  /** The same for what follows. */
  endText?: string;
  message: (task: TaskRecord) => string;
  remedy: (task: TaskRecord) => string;
};

const LOST = "Look at the runner's log and restart it, then start the task again with `retry`.";

const overdue = (
  what: string,
): Pick<StateDeadline, 'reminderMs' | 'end' | 'kind' | 'message' | 'remedy'> => ({
  reminderMs: null,
  end: 'failed',
  kind: () => 'lost',
  message: () => what,
  remedy: () => LOST,
});

const waitsForPerson = (
  message: string,
  remedy: string,
  reminderMs: number,
): Omit<StateDeadline, 'limitMs'> => ({
  reminderMs,
  end: 'stopped',
  kind: () => 'no_answer',
  message: () => message,
  remedy: () => remedy,
});

/**
 * How long a task may stay in each state, and what happens then. Null: the task is over. Every other state has an
 * end, so that nobody reads "working" for days.
 */
export const STATE_DEADLINES: Readonly<Record<TaskState, StateDeadline | null>> = {
  pending: {
    limitMs: () => QUEUE_LIMIT_MS,
    reminderMs: QUEUE_REMINDER_MS,
    end: 'failed',
    kind: () => 'no_runner',
    message: ({ active }) =>
      active
        ? 'No runner took the task within three days.'
        : 'The task waited for three days behind other ones that have not ended.',
    remedy: () => 'Start a runner that fits the task, then start the task again with `retry`.',
  },
  pre_flight: {
    limitMs: () => PRE_FLIGHT_LIMIT_MS,
    ...overdue('The runner did not get as far as starting Claude within 45 minutes.'),
  },
  running: {
    limitMs: ({ view }) => view.options.maxMinutes * MINUTE_MS + LEASED_SLACK_MS,
    limitText: "the task's minutes and 20 min",
    ...overdue(''),
    message: ({ attached }) =>
      attached === undefined
        ? 'The runner did not end the task in its time limit and does not answer for it.'
        : 'Claude Code in the terminal did not say within a day that it is done.',
    remedy: ({ attached }) => (attached === undefined ? LOST : 'Look at the terminal.'),
  },
  waiting_input: {
    limitMs: ({ question, view }) =>
      question?.state.status === 'open'
        ? Math.max(0, question.state.endsAt - view.stateSince)
        : ANSWER_LIMIT_MS,
    limitText: "the task's `answerMinutes` (24 h)",
    endText:
      "what the task's `onNoAnswer` says (Claude goes on without an answer), else stopped (`no_answer`)",
    ...waitsForPerson(
      "Nobody answered Claude's question in time, so the task was stopped.",
      'Say `resume` together with the answer.',
      ANSWER_REMINDER_MS,
    ),
  },
  paused: {
    limitMs: () => ANSWER_LIMIT_MS,
    ...waitsForPerson(
      'The task was paused for 24 hours, so it was stopped and its place on the runner given free.',
      'Say `resume` to go on.',
      ANSWER_REMINDER_MS,
    ),
  },
  waiting_qa: {
    limitMs: () => HAND_OVER_LIMIT_MS,
    ...overdue('The runner did not check the finished work within 20 minutes.'),
  },
  qa_running: {
    limitMs: () => GATES_LIMIT_MS,
    ...overdue('The checks of the finished work did not end within 2 hours.'),
  },
  qa_failed: {
    limitMs: () => ANSWER_LIMIT_MS,
    ...waitsForPerson(
      'The checks failed and nobody decided within 24 hours what to do, so the task was stopped.',
      'Look at the failed checks, then say `resume`.',
      ANSWER_REMINDER_MS,
    ),
  },
  waiting_approval: {
    limitMs: () => APPROVAL_LIMIT_MS,
    ...waitsForPerson(
      'Nobody approved or rejected the work within three days, so the task was stopped. Nothing was pushed.',
      'Say `resume` to have it prepared for approval again.',
      APPROVAL_REMINDER_MS,
    ),
  },
  approved: {
    limitMs: (task) => (task.pushed || isStaged(task) ? PULL_REQUEST_LIMIT_MS : PUSH_LIMIT_MS),
    limitText: '10 min to push, 3 h for GitHub to sign it and to open the pull request',
    reminderMs: null,
    end: 'failed',
    kind: (task) => (task.pushed || isStaged(task) ? 'github_refused' : 'push_failed'),
    message: (task) => {
      const branch = task.view.branch ?? '(unknown)';
      if (task.pushed)
        return `The work is on the branch ${branch}, but GitHub did not open a pull request within 3 hours.`;
      return isStaged(task)
        ? `The work is on GitHub, but GitHub did not commit it to ${branch} within 3 hours.`
        : 'The approved work was not pushed within 10 minutes.';
    },
    remedy: (task) => {
      if (task.pushed)
        return 'Open the pull request from that branch by hand, or start the task again with `retry`.';
      return isStaged(task)
        ? 'Look whether GitHub works, then start the task again with `retry`.'
        : "Look at the runner's log, then start the task again with `retry`.";
    },
  },
  completed: null,
  rejected: null,
  failed: null,
  cancelled: null,
  stopped: null,
  exhausted: null,
};

/** When a task ends by itself if nothing happens before (ms since 1970). Null when it is over. */
export function endsAtOf(task: TaskRecord): number | null {
  const deadline = STATE_DEADLINES[task.view.state];
  // Whoever holds a task wants it to wait.
  return deadline === null || task.view.held === true ? null : task.view.stateSince + deadline.limitMs(task);
}
