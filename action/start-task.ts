import type { ApiFailure, ApiResult } from '../protocol/api/client.ts';
import { sessionAnswerSchema } from '../protocol/http.ts';
import { type TaskView, taskViewSchema } from '../protocol/task.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Start } from './plan-start.ts';

export type StartedTask = { task: TaskView /** The stream is read from here on. */; afterEvent: number };

/** Makes the task. The same step key makes it once, however often the call is repeated. */
export async function startTask(
  plane: ControlPlane,
  start: Start,
  stepKey: string,
): Promise<ApiResult<StartedTask>> {
  const idempotencyKey = stepKey;
  if (start.type === 'session') {
    const input = { body: start.body, idempotencyKey };
    const result = await plane.call('POST /api/sessions', input, sessionAnswerSchema);
    if (!result.ok) return result;
    const task = result.value.tasks[0];
    return task === undefined ? noTask() : { ok: true, value: { task, afterEvent: 0 } };
  }
  const { sessionId: id, body } = start;
  const before = await plane.call('GET /api/sessions/{id}', { params: { id } }, sessionAnswerSchema);
  if (!before.ok) return before;
  const input = { params: { id }, body, idempotencyKey };
  const result = await plane.call('POST /api/sessions/{id}/tasks', input, taskViewSchema);
  if (!result.ok) return result;
  return { ok: true, value: { task: result.value, afterEvent: before.value.session.lastEventId } };
}

function noTask(): { ok: false; failure: ApiFailure } {
  const message = 'The session was made without a task.';
  return { ok: false, failure: { reason: 'unknown_answer', status: 201, message } };
}
