import type { ComponentChildren } from 'preact';
import type { TaskView } from '../../protocol/task.ts';
import type { TaskState } from '../../protocol/task-state.ts';
import { EMPTY_TIMELINE, type Timeline } from '../model/timeline.ts';
import { formatState } from './format.ts';
import { Moment } from './moment.tsx';
import { TaskFacts } from './task-facts.tsx';

type Props = { task: TaskView; timeline?: Timeline; children?: ComponentChildren };

/** One task: state, time, cost and where its work is; below it, what to do when it failed. */
export function TaskHeader({ task, timeline = EMPTY_TIMELINE, children }: Props) {
  return (
    <section class="task" aria-label={`Task ${task.number}`} data-state={task.state}>
      <div class="task-line">
        <span class={`badge ${task.state}`}>{formatState(task.state)}</span>{' '}
        <strong>Task {task.number}</strong>{' '}
        {task.pullRequest !== null && (
          <a href={task.pullRequest.url} target="_blank" rel="noreferrer">
            Pull request #{task.pullRequest.number}
          </a>
        )}{' '}
        <TaskFacts task={task} timeline={timeline} />
      </div>
      <Tries task={task} />
      <EndsByItself task={task} />
      {task.failure !== null && (
        <p role="alert">
          {task.failure.message} <strong>{task.failure.remedy}</strong>
        </p>
      )}
      <Rescues task={task} />
      {children}
    </section>
  );
}

/** A job of it failed, and it is tried again by itself. */
function Tries({ task: { recovery, endedAt } }: { task: TaskView }) {
  if (recovery === undefined || endedAt !== null) return null;
  const { attempt, maxAttempts, message, at } = recovery;
  return (
    <p role="status">
      {message} Tried again by itself
      {at !== null && (
        <>
          {' '}
          on <Moment at={at} />
        </>
      )}{' '}
      (attempt {attempt} of {maxAttempts}).
    </p>
  );
}

/** Where unpublished work is, and how to get it. */
function Rescues({ task }: { task: TaskView }) {
  const { id, rescueRef, rescues = [] } = task;
  if (rescueRef === null) return null;
  const places = rescues.length > 0 ? rescues : [{ ref: rescueRef, epoch: 0, runnerName: null }];
  return (
    <div class="quiet">
      {places.map(({ ref, epoch, runnerName }) => (
        <p key={`${runnerName} ${epoch} ${ref}`}>
          Unpublished work is kept on {runnerName === null ? 'the runner' : `runner ${runnerName}`} under{' '}
          <code>{ref}</code>. There: <code>signalbox-runner rescue {id}</code>
        </p>
      ))}
    </div>
  );
}

/** What waits for a person, or for a machine that somebody must start, has an end that people should know. */
const WAITING: readonly TaskState[] = ['pending', 'waiting_input', 'paused', 'qa_failed', 'waiting_approval'];

function EndsByItself({ task }: { task: TaskView }) {
  const { endsAt, state } = task;
  if (endsAt === null || endsAt === undefined || !WAITING.includes(state)) return null;
  return (
    <p class="quiet">
      Ends by itself on <Moment at={endsAt} />.
    </p>
  );
}
