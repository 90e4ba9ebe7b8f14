import type { Finding } from '../../../protocol/review.ts';
import type { DiffFile } from './parse-patch.ts';
import { placeFindings } from './place-findings.ts';

/** A conversation beside a line that an earlier review of ours has begun. */
export type FindingThread = {
  /** GitHub's node id. */
  threadId: string;
  path: string;
  id: string;
  line: number | null;
  isResolved: boolean;
  text: string;
};

export type ReviewPlan = {
  /** Said beside lines for the first time. */
  fresh: Finding[];
  /** Said in the review's text: their lines are not in the diff. */
  elsewhere: Finding[];
  /** Said before, and still so. */
  standing: number;
  /** Threads of findings that are gone. */
  resolve: string[];
};

/**
 * What a review says anew. A finding is known again by its name, or by its line where Claude gave it another name. What
 * somebody has resolved is not said again: it was read, and decided.
 */
export function planReview(
  findings: readonly Finding[],
  files: readonly DiffFile[],
  threads: readonly FindingThread[],
): ReviewPlan {
  const { inline, elsewhere } = placeFindings(unique(findings), files);
  const kept = new Set<string>();
  const fresh = inline.filter((finding) => {
    const known = threads.filter((thread) => isSame(thread, finding));
    for (const { threadId } of known) kept.add(threadId);
    return known.length === 0;
  });
  const open = threads.filter(({ isResolved }) => !isResolved);
  return {
    fresh,
    elsewhere,
    standing: open.filter(({ threadId }) => kept.has(threadId)).length,
    resolve: open.filter(({ threadId }) => !kept.has(threadId)).map(({ threadId }) => threadId),
  };
}

function isSame(thread: FindingThread, { path, id, line }: Finding): boolean {
  if (thread.path !== path) return false;
  return thread.id === id || (!thread.isResolved && thread.line === line);
}

/** One name a file: the first is the worst. */
function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path, id }) => {
    const key = `${path}\n${id}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
