import type { Signal } from '@preact/signals';
import type { Decision, TaskView } from '../../protocol/task.ts';
import type { SessionModel } from '../model/session-model.ts';
import { formatMoment } from '../view/format.ts';

type Props = {
  task: TaskView;
  model: Pick<SessionModel, 'decide' | 'busy'>;
  /** What is typed as the reason; it outlives the panel. */
  reason: Signal<string>;
};

/** What a person decided about a task's work, and the choice while it waits for that. */
export function ApprovalPanel({ task, model, reason }: Props) {
  const { decision, state } = task;
  return (
    <div class="approval">
      {decision !== undefined && <Decided decision={decision} />}
      {state === 'waiting_approval' && <Choice task={task} model={model} reason={reason} />}
    </div>
  );
}

const WORDS: Readonly<Record<Decision['verdict'], string>> = {
  approved: 'approved the work',
  rejected: 'rejected the work',
  rework: 'rejected the work and has Claude try again',
};

function Decided({ decision: { verdict, by, reason, at } }: { decision: Decision }) {
  return (
    <p>
      {by} {WORDS[verdict]}
      {reason === null ? '' : `: ${reason}`}{' '}
      <time class="quiet" dateTime={new Date(at).toISOString()}>
        {formatMoment(at)}
      </time>
    </p>
  );
}

function Choice({ task, model, reason }: Props) {
  const id = `approval-reason-${task.number}`;
  const decide = async (verdict: Decision['verdict']): Promise<void> => {
    const tree = task.work?.tree ?? null;
    const choice = { verdict, reason: reason.value.trim(), tree };
    if (await model.decide(task.id, choice)) reason.value = '';
  };
  const busy = model.busy.value;
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <p role="status">This work waits for approval. Exactly what is shown may leave.</p>
      <label for={id}>Why it is rejected, for Claude and the others</label>
      <textarea
        id={id}
        rows={2}
        value={reason.value}
        onInput={(event) => {
          reason.value = event.currentTarget.value;
        }}
      />
      <button type="button" disabled={busy} onClick={() => decide('approved')}>
        Approve
      </button>{' '}
      <button type="button" disabled={busy} onClick={() => decide('rework')}>
        Reject, and let Claude try again
      </button>{' '}
      <button type="button" disabled={busy} onClick={() => decide('rejected')}>
        Reject
      </button>
    </form>
  );
}
