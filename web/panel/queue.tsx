import type { Dependency, Estimate, IfFailed, TaskView } from '../../protocol/task.ts';
import type { SessionModel } from '../model/session-model.ts';
import { formatDuration, formatState } from '../view/format.ts';
import { Moment } from '../view/moment.tsx';

type Props = { task: TaskView; model: Pick<SessionModel, 'startTask' | 'busy'> };

const IF_FAILED: Readonly<Record<IfFailed, string>> = {
  fail: 'It fails when one of them is not completed.',
  start: 'It starts when they have ended, however they end.',
  hold: 'It is held when one of them is not completed.',
};

/** Where a task that has not begun stands: what it waits for, how many are before it, when it is likely to start. */
export function QueuePanel({ task, model }: Props) {
  const { queue, after = [], ifFailed = 'fail', priority } = { ...task, priority: task.options.priority };
  if (task.state !== 'pending') return null;
  const waits = queue === undefined && after.some(({ ended }) => ended === null);
  return (
    <div class="queue" role="status">
      {queue !== undefined && (
        <p class="quiet">
          {[
            queue.reason,
            queue.ahead !== null && queue.ahead > 0 ? `${queue.ahead} before it.` : null,
            priority === 'normal' ? null : `Priority ${priority}.`,
          ]
            .filter((part) => part !== null)
            .join(' ')}
        </p>
      )}
      {queue?.estimate != null && <LikelyStart estimate={queue.estimate} />}
      {after.length > 0 && (
        <>
          <p>
            {waits ? 'Waits for other tasks.' : 'Waited for other tasks.'} {waits && IF_FAILED[ifFailed]}
          </p>
          <ul>
            {after.map((dependency) => (
              <First key={dependency.taskId} dependency={dependency} />
            ))}
          </ul>
        </>
      )}
      {waits && (
        <button type="button" disabled={model.busy.value} onClick={() => model.startTask(task.id)}>
          Start without waiting
        </button>
      )}
    </div>
  );
}

/** When, and for how long, by what such work has taken before. */
function LikelyStart({ estimate: { startsAt, durationMs, basedOn } }: { estimate: Estimate }) {
  return (
    <p class="quiet">
      {startsAt !== null && (
        <>
          Likely to start about <Moment at={startsAt} />.{' '}
        </>
      )}
      Such work takes about {formatDuration(durationMs)} (by {basedOn} before it).
    </p>
  );
}

function First({ dependency: { taskId, ended } }: { dependency: Dependency }) {
  const [sessionId = '', number = ''] = taskId.split('.');
  return (
    <li>
      <a href={`/sessions/${sessionId}`}>
        Task {number} of {sessionId.slice(0, 8)}
      </a>{' '}
      <span class="quiet">
        {ended === null ? 'not over' : ended === 'gone' ? 'deleted' : formatState(ended)}
      </span>
    </li>
  );
}
