import { type Signal, signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { TaskView } from '../../protocol/task.ts';
import { createDiffReview, type DiffReview } from '../model/diff-review.ts';
import type { SessionModel } from '../model/session-model.ts';
import { onDemand } from './on-demand.tsx';
import { type TabName, tabsOf } from './session-tabs.tsx';

const GatesPanel = onDemand('the checks', async () => (await import('../panel/gates.tsx')).GatesPanel);
const ApprovalPanel = onDemand(
  'the approval',
  async () => (await import('../panel/approval.tsx')).ApprovalPanel,
);
const DiffView = onDemand('the changes', async () => (await import('../panel/diff.tsx')).DiffView);

type Props = {
  task: TaskView;
  /** Those whose work can be seen. */
  tasks: readonly TaskView[];
  /** The one part that is shown; null for all of them. */
  only: TabName | null;
  model: SessionModel;
  review: DiffReview | null;
  noteOn: NoteOn;
  onTask: (id: string) => void;
};

/** The work of a task: what waits for a person first, then its checks, then its files. */
export function WorkSide({ task, tasks, only, model, review, noteOn, onTask }: Props) {
  const names = tabsOf(task).map(({ name }) => name);
  const isShown = (name: TabName): boolean => names.includes(name) && (only === null || only === name);
  return (
    <section class="work" aria-label={`Work of task ${task.number}`}>
      {tasks.length > 1 && <TaskChoice task={task} tasks={tasks} onTask={onTask} />}
      {isShown('approval') && (
        <section aria-labelledby="side-approval">
          <h2 id="side-approval">Approval</h2>
          <ApprovalPanel task={task} model={model} reason={noteOn(`approval of ${task.id}`)} />
        </section>
      )}
      {isShown('checks') && (
        <section aria-labelledby="side-checks">
          <h2 id="side-checks">Checks</h2>
          <GatesPanel task={task} model={model} note={noteOn(`checks of ${task.id}`)} />
        </section>
      )}
      {isShown('files') && task.work !== undefined && (
        <section aria-labelledby="side-files">
          <h2 id="side-files">Files</h2>
          <DiffView key={task.id} task={task} work={task.work} read={model.readDiff} review={review} />
        </section>
      )}
    </section>
  );
}

function TaskChoice({ task, tasks, onTask }: Pick<Props, 'task' | 'tasks' | 'onTask'>) {
  return (
    <label class="task-choice">
      Work of{' '}
      <select value={task.id} onChange={({ currentTarget }) => onTask(currentTarget.value)}>
        {tasks.map(({ id, number }) => (
          <option key={id} value={id}>
            Task {number}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What somebody types about a thing of the session. */
export type NoteOn = (what: string) => Signal<string>;

/** Notes that are not sent yet outlive the panels that show them: a tab on a phone takes its panel away. */
export function useNotes(): NoteOn {
  const [notes] = useState(() => new Map<string, Signal<string>>());
  return (what) => {
    const note = notes.get(what) ?? signal('');
    notes.set(what, note);
    return note;
  };
}

/** The comments on each task's changes; null where no message can be sent. They outlive the panel that shows them. */
export function useReviews(model: SessionModel): (task: TaskView) => DiffReview | null {
  const [reviews] = useState(() => new Map<string, DiffReview>());
  return ({ id }) => {
    if (model.session.value?.attached !== undefined) return null;
    const review = reviews.get(id) ?? createDiffReview((text) => model.send(text));
    reviews.set(id, review);
    return review;
  };
}
