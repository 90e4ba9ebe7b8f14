import type { NewSession } from '../contracts.ts';

/** Enough to tell sessions of one issue apart after a repository was made anew under its name. */
const ID_CHARS = 6;

const MAX_SLUG_CHARS = 40;

/**
 * Names the branch that a session's work goes to; the same for all its tasks. Null where nothing is committed.
 * Work on a pull request of the same repository goes to its head; a fork's head is never pushed to.
 */
export function nameBranch({ id, title, workspace, thread }: NewSession): string | null {
  const shortId = id.slice(0, ID_CHARS);
  switch (workspace.type) {
    case 'local':
    case 'e2b':
      return null;
    case 'worktree':
      return `signalbox/${slugOf(title)}-${shortId}`;
    case 'github': {
      if (workspace.ref.kind === 'pull') {
        return workspace.ref.fork ? `signalbox/pr-${workspace.ref.number}-${shortId}` : workspace.ref.headRef;
      }
      const issue = thread === null ? '' : `${thread.issueNumber}-`;
      return `signalbox/${issue}${slugOf(title)}-${shortId}`;
    }
  }
}

/** Lower-case ASCII words joined by `-`, cut at a word. */
function slugOf(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  let slug = '';
  for (const word of words) {
    const longer = slug === '' ? word.slice(0, MAX_SLUG_CHARS) : `${slug}-${word}`;
    if (longer.length > MAX_SLUG_CHARS) break;
    slug = longer;
  }
  return slug === '' ? 'task' : slug;
}
