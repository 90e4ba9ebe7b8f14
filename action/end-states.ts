import { TASK_STATES, type TaskState, TERMINAL_STATES } from '../protocol/task-state.ts';

/** In these a task stays until a person does something. */
export const WAITING_STATES = ['waiting_input', 'paused', 'qa_failed', 'waiting_approval'] as const;

/** How a step that waits can find its task at the end. */
export const END_STATES = [...TERMINAL_STATES, ...WAITING_STATES] as const;
export type EndState = (typeof END_STATES)[number];

export function isWaiting(state: TaskState): boolean {
  return WAITING_STATES.some((each) => each === state);
}

/** Whether the step fails when it leaves its task in this state. One that did not wait for it never does. */
export function failsStep(state: TaskState, failOn: ReadonlySet<string>): boolean {
  return TASK_STATES.includes(state) && failOn.has(state);
}
