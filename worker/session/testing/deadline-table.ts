import { TASK_STATES } from '../../../protocol/task-state.ts';
import { describeState } from '../render/describe-state.ts';
import { formatDuration } from '../render/format-quantities.ts';
import { newSessionRecord, newTaskRecord, type TaskRecord } from '../session-record.ts';
import { STATE_DEADLINES } from '../state-deadlines.ts';
import { issueSession, requestOf } from './make-requests.ts';

/** The table of deadlines as the documentation shows it, made from what the code does. */
export function deadlineTable(): string {
  const session = newSessionRecord(issueSession(), 0);
  const fresh = newTaskRecord(session, 1, requestOf('Mend it.'), 'request', [], 0);
  const rows = TASK_STATES.flatMap((state) => {
    const deadline = STATE_DEADLINES[state];
    if (deadline === null) return [];
    const task: TaskRecord = { ...fresh, active: true, view: { ...fresh.view, state } };
    const limit = deadline.limitText ?? formatDuration(deadline.limitMs(task));
    const reminder = deadline.reminderMs === null ? '' : formatDuration(deadline.reminderMs);
    const end = deadline.endText ?? `${deadline.end} (\`${deadline.kind(task)}\`)`;
    return [`| \`${state}\` | ${describeState(task)} | ${reminder} | ${limit} | ${end} |`];
  });
  return [
    '| state | what people read | reminder after | at most | then |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
