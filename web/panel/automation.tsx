import type { TaskView } from '../../protocol/task.ts';
import type { SessionModel } from '../model/session-model.ts';

type Props = { task: TaskView; model: Pick<SessionModel, 'finishTask' | 'busy'> };

/** What a person is wanted for after a turn, how often the task went on by itself, and what is still missing. */
export function AutomationPanel({ task, model }: Props) {
  const { automation, options, state } = task;
  if (automation === undefined) return null;
  const { iterations, missing, wants } = automation;
  const waits = wants !== null && state === 'waiting_input';
  return (
    <section class="automation" aria-label={`What task ${task.number} goes on with`}>
      {waits && (
        <>
          <p role="status">
            {wants.kind === 'chat'
              ? 'Claude waits for your next message.'
              : `A person is asked: ${wants.text ?? 'how to go on?'}`}{' '}
            Write below to go on.
          </p>
          <button type="button" disabled={model.busy.value} onClick={() => void model.finishTask(task.id)}>
            Done: take the work as it is
          </button>
        </>
      )}
      {iterations > 0 && (
        <p class="quiet">
          Went on by itself {iterations} of at most {options.maxIterations} times.
        </p>
      )}
      {missing !== null && state !== 'completed' && <p>Still missing: {missing}</p>}
    </section>
  );
}
