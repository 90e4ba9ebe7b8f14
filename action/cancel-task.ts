import { taskViewSchema } from '../protocol/task.ts';
import type { ControlPlane } from './control-plane.ts';
import { describeFailure } from './send-request.ts';

/** GitHub ends the step 7.5 s after it asked it to, and has then 2.5 s left: three tries fit in. */
const CANCEL_DEADLINE_MS = 2_000;
const CANCEL_TRIES = 3;

/** `done`: nothing of the task goes on. `said` is what the log says of it. */
export type CancelEnd = { done: boolean; said: string };

/** Ends a task for good, quickly. */
export async function cancelTask(plane: ControlPlane, taskId: string, reason: string): Promise<CancelEnd> {
  const result = await plane.call(
    'POST /api/tasks/{taskId}/cancel',
    { params: { taskId }, body: { reason } },
    taskViewSchema,
    { tries: CANCEL_TRIES, deadlineMs: CANCEL_DEADLINE_MS },
  );
  if (result.ok) return { done: true, said: `The task ${taskId} is cancelled.` };
  const { failure } = result;
  const isOver = failure.reason === 'problem' && failure.problem.code === 'not_allowed';
  if (isOver) return { done: true, said: `The task ${taskId} is over already.` };
  return { done: false, said: `The task ${taskId} could not be cancelled: ${describeFailure(failure)}` };
}

/** Ends a task so that it can be resumed, its work kept. @returns what the log says of it */
export async function stopTask(plane: ControlPlane, taskId: string, reason: string): Promise<string> {
  const input = { params: { taskId }, body: { reason } };
  const result = await plane.call('POST /api/tasks/{taskId}/stop', input, taskViewSchema);
  if (result.ok) return `The task ${taskId} is stopped; it can be resumed on another runner.`;
  return `The task ${taskId} could not be stopped: ${describeFailure(result.failure)}`;
}
