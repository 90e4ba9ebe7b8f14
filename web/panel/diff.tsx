import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { DiffView as Diff } from '../../protocol/diff.ts';
import type { TaskView } from '../../protocol/task.ts';
import type { DiffReview } from '../model/diff-review.ts';
import { parsePatch } from '../model/parse-patch.ts';
import { DiffFile, type Look } from './diff-file.tsx';
import { ReviewBox } from './review-box.tsx';

type Props = {
  task: TaskView;
  work: NonNullable<TaskView['work']>;
  read: (taskId: string, turn: number | null) => Promise<Diff | null>;
  /** Null where nothing can be said about it. */
  review: DiffReview | null;
};

type Sums = Pick<Diff, 'insertions' | 'deletions'> & { files: number };

/** Of all repositories of a task together. */
function sumsOf(task: TaskView, work: Sums): Sums {
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

/** What a task, or one of its turns, changed: files, lines, and what somebody has to say about them. */
export function DiffView({ task, work, read, review }: Props) {
  const turn = useSignal<number | null>(null);
  const state = useSignal<Diff | 'loading' | 'failed'>('loading');
  const look = useSignal<Look>('unified');
  const wanted = turn.value;
  useEffect(() => {
    let isWanted = true;
    if (typeof state.value === 'string') state.value = 'loading';
    void read(task.id, wanted).then((diff) => {
      if (isWanted) state.value = diff ?? 'failed';
    });
    return () => {
      isWanted = false;
    };
  }, [task.id, work.tree, wanted, read, state]);
  const diff = state.value;
  return (
    <div class="diff">
      <p>
        {describeSums(sumsOf(task, work))} <code title={work.tree}>{work.tree.slice(0, 12)}</code>
      </p>
      {diff === 'loading' && <p class="quiet late">Loading…</p>}
      {diff === 'failed' && <p role="alert">The changes could not be loaded.</p>}
      {typeof diff !== 'string' && (
        <>
          <div class="diff-choice">
            <Turns diff={diff} onTurn={(next) => (turn.value = next)} />
            <Looks look={look.value} onLook={(next) => (look.value = next)} />
          </div>
          <Changes changes={diff} repository={null} look={look.value} review={review} />
          {diff.repositories.map(({ repositoryId, repository, ...changes }) => (
            <section key={repositoryId} aria-label={`Changes to ${repository}`}>
              <h3>{repository}</h3>
              <Changes changes={changes} repository={repository} look={look.value} review={review} />
            </section>
          ))}
        </>
      )}
      {review !== null && <ReviewBox review={review} about={`task ${task.number}`} />}
    </div>
  );
}

function Turns({ diff, onTurn }: { diff: Diff; onTurn: (turn: number | null) => void }) {
  if (diff.turns.length === 0) return null;
  return (
    <span class="choices">
      <button type="button" aria-pressed={diff.turn === null} onClick={() => onTurn(null)}>
        All
      </button>
      {diff.turns.map((turn) => (
        <button key={turn} type="button" aria-pressed={diff.turn === turn} onClick={() => onTurn(turn)}>
          Turn {turn}
        </button>
      ))}
    </span>
  );
}

const LOOKS: Readonly<Record<Look, string>> = { unified: 'Unified', split: 'Split' };

function Looks({ look, onLook }: { look: Look; onLook: (look: Look) => void }) {
  return (
    <span class="choices looks">
      {(['unified', 'split'] as const).map((one) => (
        <button key={one} type="button" aria-pressed={look === one} onClick={() => onLook(one)}>
          {LOOKS[one]}
        </button>
      ))}
    </span>
  );
}

/** Lines that are shown without being asked for; what follows is folded, file by file. */
const MAX_OPEN_LINES = 600;

type ChangesProps = {
  changes: Pick<Diff, 'files' | 'filesCut' | 'patch'>;
  repository: string | null;
  look: Look;
  review: DiffReview | null;
};

function Changes({ changes: { files, filesCut, patch }, repository, look, review }: ChangesProps) {
  const patches = useMemo(() => {
    let open = 0;
    return new Map(
      parsePatch(patch.text).map((file) => {
        open += file.lineCount;
        return [file.path, { file, isOpen: open <= MAX_OPEN_LINES }];
      }),
    );
  }, [patch.text]);
  return (
    <>
      {files.map((file) => (
        <DiffFile
          key={file.path}
          file={file}
          patch={patches.get(file.path)?.file ?? null}
          startsOpen={patches.get(file.path)?.isOpen ?? false}
          repository={repository}
          look={look}
          review={review}
        />
      ))}
      {filesCut && <p class="quiet">More files were changed than are listed.</p>}
      {patches.size === 0 && patch.text !== '' && <pre>{patch.text}</pre>}
      {patch.cut && <p class="quiet">The patch is longer; the runner keeps the whole.</p>}
    </>
  );
}
