import type { LoggedEvent } from '../../protocol/events.ts';
import { type Check, type RecordEvidence, type SessionEvidence, violationsOf } from './evidence.ts';

/** libSQL holds exactly what follows from the session's log and its tasks: no row too few, none too many, none old. */
export const checkRecord: Check = (evidence) => {
  const { record, session, tasks, messages, log } = evidence;
  const { status, taskCount, claudeSessionId } = session;
  return violationsOf(evidence, {
    record_differs: [
      ...compare('session', [record.session], [{ status, taskCount, claudeSessionId }]),
      ...compare('tasks', record.tasks, tasks.map(taskRow)),
      ...compare('messages', record.messages, messages.map(messageRow)),
      ...compare('commands', record.commands, commandRows(log)),
      ...compare('usage', record.turns, turnRows(log)),
    ],
  });
};

/** The same set, whatever the order. */
function compare(what: string, stored: readonly unknown[], expected: readonly unknown[]): string[] {
  const left = new Set(stored.map(inOrder));
  const right = new Set(expected.map(inOrder));
  const missing = [...right].filter((row) => !left.has(row));
  const surplus = [...left].filter((row) => !right.has(row));
  return [
    ...(stored.length === expected.length ? [] : [`${what}: ${stored.length} rows for ${expected.length}`]),
    ...missing.slice(0, 2).map((row) => `${what}: ${row.slice(0, 300)} is missing`),
    ...surplus.slice(0, 2).map((row) => `${what}: ${row.slice(0, 300)} does not follow from the log`),
  ];
}

function inOrder(row: unknown): string {
  if (typeof row !== 'object' || row === null) return JSON.stringify(row);
  return JSON.stringify(Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

function taskRow(task: SessionEvidence['tasks'][number]): RecordEvidence['tasks'][number] {
  const { id, state, epoch, branch, commitSha, summary, endedAt } = task;
  return { id, state, epoch, branch, commitSha, summary, endedAt };
}

function messageRow({ id, status, content }: SessionEvidence['messages'][number]) {
  return { id, status, content };
}

function commandRows(log: readonly LoggedEvent[]): RecordEvidence['commands'] {
  const results = new Map(
    log.flatMap(({ event }) =>
      event.type === 'claude.tool_result' ? [[event.toolUseId, event] as const] : [],
    ),
  );
  return log.flatMap(({ taskId, event }) => {
    if (event.type !== 'claude.tool_use' || taskId === null) return [];
    const { toolUseId, name: tool } = event;
    const result = results.get(toolUseId);
    const status = result === undefined ? 'running' : result.isError ? 'error' : 'ok';
    return [{ taskId, toolUseId, tool, status, result: result?.output.text ?? null }];
  });
}

function turnRows(log: readonly LoggedEvent[]): number[] {
  return log.flatMap(({ id, event }) => ('usage' in event ? [id] : []));
}
