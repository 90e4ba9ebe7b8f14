import type { Transport } from './git-environment.ts';
import { GitFailedError, succeeded } from './git-failed-error.ts';
import { FETCH_DEADLINE_MS } from './git-limits.ts';
import {
  type GitCommand,
  type GitContext,
  type GitRepository,
  inControl,
  inRepository,
} from './git-repository.ts';
import { listRefs, objectId, type RefChange, updateRefs } from './refs.ts';
import { type RetryDeps, retryUnreachable } from './retry-unreachable.ts';

export type FetchRequest = {
  /** The server's refs that must exist: `refs/heads/main`, `refs/pull/12/head`. */
  refs: readonly string[];
  /** Refs that may be absent, as a session's branch before its first push. */
  optionalRefs: readonly string[];
  /** A commit that must be there, also when no ref of the server points at it any more. */
  commit?: string;
};

export type FetchDeps = RetryDeps & { newId: () => string; getToken: () => Promise<string | null> };

/** What the server had at this moment, by the server's names. */
export type FetchedRefs = ReadonlyMap<string, string>;

/** Other sessions' branches of which this one's name is the beginning: `issue-1` must not bring `issue-10`. */
const LONGER_NAMES = '0123456789';

/**
 * A ref that is named exactly fails the fetch when it is absent; a pattern does not. So an optional ref is asked for
 * as a pattern, which saves the round trip of asking first.
 */
function optionalRefspecs(ref: string, landing: string): string[] {
  const longer = [...LONGER_NAMES].map((next) => `^${ref}${next}*`);
  return [`+${ref}*:${landing}${ref.slice('refs/'.length)}*`, ...longer];
}

/** The mirror's name for a ref of the server. */
export function mirrorRef(ref: string): string {
  if (ref.startsWith('refs/heads/')) return ref.replace('refs/heads/', 'refs/remotes/origin/');
  return ref.replace('refs/', 'refs/remotes/');
}

/**
 * Fetches just these refs, in the control folder, and then makes them known to the mirror. They land under a name of
 * their own first, so that the result is what the server has now and not what it once had. Nothing is pruned.
 * Call it for one repository at a time.
 *
 * @throws GitFailedError
 */
export async function fetchRefs(
  context: GitContext,
  mirror: GitRepository,
  cloneUrl: string,
  request: FetchRequest,
  deps: FetchDeps,
): Promise<FetchedRefs> {
  const control = inControl(context, mirror);
  const landing = `refs/landing/${deps.newId()}/`;
  const refspecs = [
    ...request.refs.map((ref) => `+${ref}:${landing}${ref.slice('refs/'.length)}`),
    ...request.optionalRefs.flatMap((ref) => optionalRefspecs(ref, landing)),
    ...(request.commit === undefined ? [] : [`+${objectId(request.commit)}:${landing}commit`]),
  ];
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
  const fetched = await retryUnreachable(async () => {
    const transport: Transport = { kind: 'http', url: cloneUrl, token: await deps.getToken() };
    return control([...args, '--no-recurse-submodules', '--end-of-options', cloneUrl, ...refspecs], {
      transport,
      deadlineMs: FETCH_DEADLINE_MS,
    });
  }, deps);
  succeeded(fetched);
  const landed = await listRefs(control, landing);
  const refs = new Map<string, string>();
  for (const [ref, sha] of landed) {
    if (ref !== `${landing}commit`) refs.set(`refs/${ref.slice(landing.length)}`, sha);
  }
  const known: RefChange[] = [...refs].map(([ref, sha]) => ({ ref: mirrorRef(ref), to: sha }));
  const cleared: RefChange[] = [...landed.keys()].map((ref) => ({ ref, to: null }));
  await Promise.all([
    noteRefs(control, [...known, ...cleared]),
    noteRefs(inRepository(context, mirror), known),
  ]);
  return refs;
}

/** Notes in both folders what the server has. */
export async function updateTracking(
  context: GitContext,
  mirror: GitRepository,
  changes: readonly RefChange[],
): Promise<void> {
  await Promise.all([
    noteRefs(inControl(context, mirror), changes),
    noteRefs(inRepository(context, mirror), changes),
  ]);
}

/** Changes refs; a tracked branch `a` that became `a/b` on the server gives way. */
async function noteRefs(git: GitCommand, changes: readonly RefChange[]): Promise<void> {
  try {
    await updateRefs(git, changes);
  } catch (error) {
    if (!(error instanceof GitFailedError)) throw error;
    const tracked = [...(await listRefs(git, 'refs/remotes/')).keys()];
    const inTheWay = tracked.filter((name) =>
      changes.some(({ ref }) => ref.startsWith(`${name}/`) || name.startsWith(`${ref}/`)),
    );
    if (inTheWay.length === 0) throw error;
    await updateRefs(
      git,
      inTheWay.map((ref) => ({ ref, to: null })),
    );
    await updateRefs(git, changes);
  }
}
