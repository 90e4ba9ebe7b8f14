import type { SessionStatus, SessionView } from '../../protocol/session.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';

export function statusOf(tasks: Iterable<TaskRecord>): SessionStatus {
  let status: SessionStatus = 'idle';
  for (const { view } of tasks) {
    if (isTerminal(view.state)) continue;
    if (view.held === true) return 'waiting';
    switch (view.state) {
      case 'waiting_input':
      case 'paused':
      case 'qa_failed':
      case 'waiting_approval':
        return 'waiting';
      default:
        status = 'active';
    }
  }
  return status;
}

function viewStatus({ state }: SessionRecord, tasks: ReadonlyMap<number, TaskRecord>): SessionStatus {
  return state === 'paused' || state === 'closed' ? state : statusOf(tasks.values());
}

/** Those that were not deleted. */
export function livingTasks(tasks: ReadonlyMap<number, TaskRecord>): TaskRecord[] {
  return [...tasks.values()].filter((task) => task.deleted !== true);
}

export function viewSession(
  record: SessionRecord,
  tasks: ReadonlyMap<number, TaskRecord>,
  lastEventId: number,
): SessionView {
  return {
    id: record.id,
    key: record.key,
    account: record.account,
    title: record.title.slice(0, 300),
    source: record.source,
    workspace: record.workspace,
    status: viewStatus(record, tasks),
    assignee: record.assignee ?? null,
    labels: record.labels ?? [],
    metadata: record.metadata ?? {},
    branch: record.branch,
    url: record.thread?.url ?? null,
    claudeSessionId: record.claudeSessionId,
    ...(record.attached === undefined ? {} : { attached: record.attached }),
    ...(record.project === undefined ? {} : { project: record.project }),
    ...(record.repositories === undefined ? {} : { repositories: record.repositories }),
    taskCount: livingTasks(tasks).length,
    lastEventId,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
}

export function sessionCostUsd(tasks: Iterable<{ view: { usage: Usage } }>): number {
  let cost = 0;
  for (const { view } of tasks) cost += view.usage.costUsd;
  return cost;
}
