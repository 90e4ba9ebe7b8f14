import type { SubmitAnswer } from '../../protocol/http.ts';
import type { Refused, SubmitResult } from '../contracts.ts';

/** What a request came to, as the API says it. */
export function submitAnswer(result: Exclude<SubmitResult, Refused>): SubmitAnswer {
  const { task } = result;
  return result.status === 'task_created'
    ? { outcome: 'task_created', task }
    : { outcome: 'message_queued', task, messageId: result.messageId };
}
