import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { ChangedFile } from '../../protocol/events.ts';
import type { DiffReview } from '../model/diff-review.ts';
import { type DiffLine, type FilePatch, pairLines } from '../model/parse-patch.ts';
import { type CodeToken, highlightLines } from '../view/code.tsx';
import { type Commenting, CommentRow, LineNumber, walkLines } from './line-comment.tsx';
import { LineText } from './line-text.tsx';

/** Both sides in one column, or beside each other. */
export type Look = 'unified' | 'split';

type Props = {
  file: ChangedFile;
  /** Null where the patch does not have it: it is cut, or has nothing to show of it. */
  patch: FilePatch | null;
  startsOpen: boolean;
  repository: string | null;
  look: Look;
  review: DiffReview | null;
};

/** One file that was changed; its lines are in the document while they are unfolded. */
export function DiffFile({ file, patch, startsOpen, repository, look, review }: Props) {
  const isOpen = useSignal(startsOpen);
  const lines = patch?.lineCount ?? 0;
  return (
    <details
      class="diff-file"
      open={isOpen.value}
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>
        <FileName file={file} />
        {!startsOpen && lines > 0 && <span class="quiet number">{lines.toLocaleString()} lines</span>}
      </summary>
      {isOpen.value && <Lines patch={patch} repository={repository} look={look} review={review} />}
    </details>
  );
}

function FileName({ file: { path, previousPath, status, insertions, deletions } }: { file: ChangedFile }) {
  return (
    <>
      <code>{path}</code>{' '}
      {status !== 'modified' && (
        <span class="quiet">
          {status.replace('_', ' ')}
          {previousPath !== null && previousPath !== path && ` from ${previousPath}`}
        </span>
      )}{' '}
      {insertions !== null && (
        <span class="number">
          <span class="plus">+{insertions}</span> <span class="minus">−{deletions ?? 0}</span>
        </span>
      )}{' '}
    </>
  );
}

type LinesProps = Pick<Props, 'patch' | 'repository' | 'look' | 'review'>;

function Lines({ patch, repository, look, review }: LinesProps) {
  if (patch === null)
    return <p class="quiet">Its lines are not in the part of the patch that is stored here.</p>;
  if (patch.isBinary) return <p class="quiet">A binary file.</p>;
  if (patch.lineCount === 0) return <p class="quiet">No line of it was changed.</p>;
  const commenting = review === null ? null : { review, repository, path: patch.path };
  return (
    <div class="diff-scroll">
      <table class={`diff-lines ${look}`} aria-label={`Changes to ${patch.path}`} onKeyDown={walkLines}>
        {patch.hunks.map((hunk, index) => (
          <HunkRows
            key={hunk.header}
            {...{ hunk, look, commenting }}
            path={patch.path}
            isFirst={index === 0}
          />
        ))}
      </table>
    </div>
  );
}

type HunkProps = {
  hunk: FilePatch['hunks'][number];
  path: string;
  look: Look;
  commenting: Commenting | null;
  /** The first line of a file is reached by Tab, the others from there. */
  isFirst: boolean;
};

function HunkRows({ hunk: { header, lines }, path, look, commenting, isFirst }: HunkProps) {
  const colours = useColours(lines, path);
  const cells = { commenting, colours };
  return (
    <tbody>
      <tr class="hunk">
        <td colSpan={4}>{header}</td>
      </tr>
      {look === 'unified'
        ? lines.map((line, index) => (
            <Unified key={index} line={line} isFirst={isFirst && index === 0} {...cells} />
          ))
        : pairLines(lines).map((pair, index) => (
            <Split key={index} {...pair} isFirst={isFirst && index === 0} {...cells} />
          ))}
    </tbody>
  );
}

type Colours = ReadonlyMap<DiffLine, readonly CodeToken[]>;
type Cells = { commenting: Commenting | null; colours: Colours; isFirst: boolean };

function Unified({ line, commenting, colours, isFirst }: { line: DiffLine } & Cells) {
  return (
    <>
      <tr class={line.kind}>
        <td class="line-number">{line.before}</td>
        <LineNumber line={line} number={line.after} commenting={commenting} isFirst={isFirst} />
        <LineText line={line} tokens={colours.get(line)} span={2} />
      </tr>
      <CommentRow line={line} commenting={commenting} />
    </>
  );
}

type SplitProps = { left: DiffLine | null; right: DiffLine | null } & Cells;

function Split({ left, right, commenting, colours, isFirst }: SplitProps) {
  const removed = left !== null && left !== right ? left : null;
  return (
    <>
      <tr>
        <LineNumber line={removed} number={left?.before ?? null} commenting={commenting} isFirst={isFirst} />
        <LineText line={left} tokens={left === null ? undefined : colours.get(left)} span={1} />
        <LineNumber
          line={right}
          number={right?.after ?? null}
          commenting={commenting}
          isFirst={isFirst && removed === null}
        />
        <LineText line={right} tokens={right === null ? undefined : colours.get(right)} span={1} />
      </tr>
      {removed !== null && <CommentRow line={removed} commenting={commenting} />}
      {right !== null && <CommentRow line={right} commenting={commenting} />}
    </>
  );
}

/** Each side is read as a whole, so that a comment over several lines is one. */
function useColours(lines: readonly DiffLine[], path: string): Colours {
  const language = /([^./]+)$/.exec(path)?.[1] ?? '';
  const sides = useMemo(
    () => ({
      before: lines.filter(({ kind }) => kind !== 'added'),
      after: lines.filter(({ kind }) => kind !== 'removed'),
    }),
    [lines],
  );
  const before = highlightLines(textOf(sides.before), language);
  const after = highlightLines(textOf(sides.after), language);
  const colours = new Map<DiffLine, readonly CodeToken[]>();
  sides.before.forEach((line, index) => void setTokens(colours, line, before?.[index]));
  sides.after.forEach((line, index) => void setTokens(colours, line, after?.[index]));
  return colours;
}

const textOf = (lines: readonly DiffLine[]): string => lines.map(({ text }) => text).join('\n');

function setTokens(
  colours: Map<DiffLine, readonly CodeToken[]>,
  line: DiffLine,
  tokens: readonly CodeToken[] | undefined,
): void {
  if (tokens !== undefined) colours.set(line, tokens);
}
