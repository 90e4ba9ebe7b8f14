import type { QuestionView } from '../../protocol/questions.ts';
import type { SessionRecord } from './session-record.ts';
import { recordPut, type SessionPut } from './session-writes.ts';

/** A question as it stands, for the record. */
export function questionRow(
  { id: sessionId, account, workspace }: SessionRecord,
  { id, taskId, kind, items, tool, askedAt, state }: QuestionView,
  nowMs: number,
): SessionPut {
  const isAnswered = state.status === 'answered';
  return recordPut(`question:${taskId}:${id}`, {
    table: 'questions',
    row: {
      sessionId,
      taskId,
      id,
      account,
      repositoryId: workspace.type === 'github' ? workspace.repository.id : null,
      kind,
      items,
      tool: tool?.name ?? null,
      toolInput: tool?.input.text ?? null,
      status: state.status,
      reply: isAnswered ? state.reply : null,
      answeredBy: isAnswered ? state.by : null,
      askedAt,
      settledAt: state.status === 'open' ? null : state.at,
      updatedAt: nowMs,
    },
  });
}
