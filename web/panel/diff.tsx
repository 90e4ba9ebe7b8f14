import { useSignal } from '@preact/signals';
import type { DiffView as Diff } from '../../protocol/diff.ts';
import type { TaskView } from '../../protocol/task.ts';

type Props = {
  task: TaskView;
  work: NonNullable<TaskView['work']>;
  read: (taskId: string, turn: number | null) => Promise<Diff | null>;
};

type Sums = Pick<Diff, 'insertions' | 'deletions'> & { files: number };

/** Of all repositories of a task together. */
export function sumsOf(task: TaskView, work: Sums): Sums {
  const sides = (task.repositories ?? []).flatMap(({ changes }) => (changes === null ? [] : [changes]));
  return sides.reduce(
    (sum, { files, insertions, deletions }) => ({
      files: sum.files + files,
      insertions: sum.insertions + insertions,
      deletions: sum.deletions + deletions,
    }),
    work,
  );
}

const describeSums = ({ files, insertions, deletions }: Sums): string =>
  `${files} ${files === 1 ? 'file' : 'files'} changed, +${insertions} −${deletions}`;

/** Files and patch of a task or of one of its turns, asked for when somebody opens it. */
export function DiffView({ task, work, read }: Props) {
  const diff = useSignal<Diff | null>(null);
  const load = async (turn: number | null): Promise<void> => {
    diff.value = await read(task.id, turn);
  };
  const shown = diff.value;
  return (
    <details
      class="diff"
      onToggle={(event) => {
        if (event.currentTarget.open && diff.value === null) void load(null);
      }}
    >
      <summary>
        {describeSums(sumsOf(task, work))} <code>{work.tree.slice(0, 12)}</code>
      </summary>
      {shown === null ? <p class="quiet">Loading…</p> : <Shown diff={shown} onTurn={load} />}
    </details>
  );
}

function Shown({ diff, onTurn }: { diff: Diff; onTurn: (turn: number | null) => Promise<void> }) {
  return (
    <>
      {diff.turns.length > 0 && (
        <p>
          <button type="button" aria-pressed={diff.turn === null} onClick={() => onTurn(null)}>
            All
          </button>{' '}
          {diff.turns.map((turn) => (
            <button key={turn} type="button" aria-pressed={diff.turn === turn} onClick={() => onTurn(turn)}>
              Turn {turn}
            </button>
          ))}
        </p>
      )}
      <Changes changes={diff} />
      {diff.repositories.map(({ repositoryId, repository, ...changes }) => (
        <section key={repositoryId} aria-label={`Changes to ${repository}`}>
          <h4>{repository}</h4>
          <Changes changes={changes} />
        </section>
      ))}
    </>
  );
}

function Changes({ changes }: { changes: Pick<Diff, 'files' | 'filesCut' | 'patch'> }) {
  const { files, filesCut, patch } = changes;
  return (
    <>
      <ul>
        {files.map(({ path, status, insertions, deletions }) => (
          <li key={path}>
            <code>{path}</code>{' '}
            <span class="quiet">
              {status.replace('_', ' ')}
              {insertions !== null && ` +${insertions} −${deletions ?? 0}`}
            </span>
          </li>
        ))}
      </ul>
      {filesCut && <p class="quiet">More files were changed than are listed.</p>}
      <pre>{patch.text}</pre>
      {patch.cut && <p class="quiet">The patch is longer; the runner keeps the whole.</p>}
    </>
  );
}
