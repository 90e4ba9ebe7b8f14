import type { Author } from './read-payload.ts';

/** What GitHub says of somebody's rights in a repository; null when it knows no such person there. */
export type PermissionAnswer = { permission: string; roleName: string | null } | null;

export type PermissionVerdict = { status: 'allowed' } | { status: 'refused'; reason: string };

const WRITERS = new Set(['write', 'maintain', 'admin']);

/**
 * Those who can never ask for work, known without asking GitHub: bots (an App's login ends in `[bot]`, which no
 * person's can) and our own App.
 */
export function judgeAuthor(author: Author, botName: string): PermissionVerdict {
  const login = author.login.toLowerCase();
  if (login === botName.toLowerCase() || login === `${botName.toLowerCase()}[bot]`) {
    return { status: 'refused', reason: 'written by this App itself' };
  }
  if (author.type !== 'User' || login.endsWith('[bot]')) {
    return { status: 'refused', reason: 'the author is a bot, not a person' };
  }
  return { status: 'allowed' };
}

/**
 * Those who may push to the repository may ask for work on it, and those whom its own file names. What is not known is
 * a no.
 */
export function judgePermission(
  author: Author,
  answer: PermissionAnswer,
  named: readonly string[] = [],
): PermissionVerdict {
  if (answer !== null && WRITERS.has(answer.permission)) return { status: 'allowed' };
  if (named.includes(author.login.toLowerCase())) return { status: 'allowed' };
  return {
    status: 'refused',
    reason: `@${author.login} has no write access (${answer?.permission ?? 'not a collaborator'})`,
  };
}
