import type { TaskView } from '../../protocol/task.ts';
import { addressAgain } from '../model/draft-again.ts';
import type { SessionModel } from '../model/session-model.ts';

type Props = { task: TaskView; model: Pick<SessionModel, 'retryTask' | 'busy' | 'session'> };

/** What can be done once a task has failed: the same again, or what was filled in for it with something changed. */
export function AfterFailure({ task, model }: Props) {
  const session = model.session.value;
  if (session === null || session.attached !== undefined) return null;
  const isOfForm = task.source === 'dashboard' && task.number === 1 && session.workspace.type !== 'e2b';
  return (
    <p class="actions">
      <button type="button" disabled={model.busy.value} onClick={() => void model.retryTask(task.id)}>
        Try again
      </button>
      {isOfForm && <a href={addressAgain(task)}>Change what was asked for</a>}
    </p>
  );
}
