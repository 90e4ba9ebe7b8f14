import type { NowTask } from '../../protocol/now.ts';
import type { QueuedJobView } from '../../protocol/queue.ts';
import type { TaskState } from '../../protocol/task-state.ts';
import { Elapsed } from './elapsed.tsx';
import { formatAgo, formatState, formatUsd } from './format.ts';
import { Moment } from './moment.tsx';

/** What a person is wanted for, by the state in which a task waits for one. */
const WANTED: Partial<Record<TaskState, string>> = {
  waiting_input: 'Claude asks',
  waiting_approval: 'Approve or reject',
  qa_failed: 'A check failed',
  pending: 'Held until it is started',
  paused: 'Paused',
};

const joined = (...parts: (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(' · ');

type RowProps = {
  task: NowTask;
  /** What stands first, and its colour. */
  badge: { kind: string; text: string };
  detail: string;
  children?: preact.ComponentChildren;
};

function Row({ task, badge, detail, children }: RowProps) {
  return (
    <li>
      <a class="row task-row" href={`/sessions/${task.sessionId}`}>
        <span class={`badge ${badge.kind}`}>{badge.text}</span>
        <span class="what">
          <span class="title">{task.title}</span>
          <span class="detail">{detail}</span>
        </span>
        <span class="task-figures">{children}</span>
      </a>
    </li>
  );
}

/** For what and for how long a person is waited for. */
export function WaitingRow({ task }: { task: NowTask }) {
  const text = WANTED[task.state] ?? formatState(task.state);
  return (
    <Row
      task={task}
      badge={{ kind: 'waiting', text }}
      detail={joined(task.repository, `asked by ${task.requester}`)}
    >
      <span>
        <span class="aloud">waits for </span>
        <Elapsed since={task.stateSince} />
      </span>
    </Row>
  );
}

/** State, time and cost as they grow. */
export function RunningRow({ task }: { task: NowTask }) {
  const detail = joined(
    task.repository,
    task.requester,
    task.runnerName === null ? null : `on ${task.runnerName}`,
  );
  return (
    <Row task={task} badge={{ kind: task.state, text: formatState(task.state) }} detail={detail}>
      <span>
        <span class="aloud">for </span>
        <Elapsed since={task.startedAt ?? task.createdAt} />
      </span>
      <span class="number">{formatUsd(task.costUsd)}</span>
    </Row>
  );
}

/** Position and expected start, where the reader sees the queue and it has the task already. */
export function QueuedRow({ job, task }: { job: QueuedJobView | null; task: NowTask | null }) {
  const sessionId = job?.sessionId ?? task?.sessionId ?? '';
  const startsAt = job?.estimate?.startsAt ?? null;
  return (
    <li>
      <a class="row task-row" href={`/sessions/${sessionId}`}>
        <span class="badge pending">{job === null ? 'pending' : `#${job.ahead + 1} in line`}</span>
        <span class="what">
          <span class="title">{task?.title ?? `Task of ${job?.requester ?? 'somebody'}`}</span>
          <span class="detail">
            {joined(
              task?.repository ?? null,
              job?.requester ?? task?.requester ?? null,
              job?.reason ?? null,
              job === null || job.priority === 'normal' ? null : `priority ${job.priority}`,
            )}
          </span>
        </span>
        <span class="task-figures">
          {startsAt !== null && (
            <span>
              about <Moment at={startsAt} />
            </span>
          )}
        </span>
      </a>
    </li>
  );
}

/** How it ended, when and for how much. */
export function EndedRow({ task }: { task: NowTask }) {
  const endedAt = task.endedAt ?? task.stateSince;
  return (
    <Row
      task={task}
      badge={{ kind: task.state, text: formatState(task.state) }}
      detail={joined(
        task.repository,
        task.requester,
        task.failure === null ? null : formatState(task.failure),
        task.pullUrl === null ? null : 'pull request',
      )}
    >
      <time dateTime={new Date(endedAt).toISOString()}>{formatAgo(endedAt, Date.now())}</time>
      <span class="number">{formatUsd(task.costUsd)}</span>
    </Row>
  );
}
