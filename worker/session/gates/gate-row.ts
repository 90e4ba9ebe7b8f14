import type { LoggedEvent } from '../../../protocol/events.ts';
import type { GateResult } from '../../../protocol/gates.ts';
import type { TaskId } from '../../../protocol/ids.ts';
import type { SessionRecord } from '../session-record.ts';
import { recordPut, type SessionPut } from '../session-writes.ts';

/** How one gate ended, for the record. */
export function gateRow(
  session: SessionRecord,
  { id, at }: Pick<LoggedEvent, 'id' | 'at'>,
  taskId: TaskId,
  { name, kind, required, status, detail, exitCode, output, tests, annotations, durationMs }: GateResult,
): SessionPut {
  const { workspace } = session;
  return recordPut(`gate:${id}`, {
    table: 'gate_results',
    row: {
      sessionId: session.id,
      eventId: id,
      taskId,
      account: session.account,
      repositoryId: workspace.type === 'github' ? workspace.repository.id : null,
      name,
      kind,
      required,
      status,
      detail,
      exitCode,
      output: output.text,
      outputCut: output.cut,
      tests,
      annotations,
      durationMs: Math.round(durationMs),
      at,
    },
  });
}
