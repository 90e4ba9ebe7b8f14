import { stagedRefSchema } from '../../protocol/workspace.ts';
import { lastWords } from '../redact/last-words.ts';
import { classifyGitFailure, type GitTrouble } from './classify-git-failure.ts';
import { mirrorRef, updateTracking } from './fetch-refs.ts';
import type { Transport } from './git-environment.ts';
import { GitFailedError, MAX_SAID_CHARS } from './git-failed-error.ts';
import { LS_REMOTE_DEADLINE_MS, NETWORK_ATTEMPTS, PUSH_DEADLINE_MS } from './git-limits.ts';
import { type GitContext, type GitRepository, inControl } from './git-repository.ts';
import { parsePushOutput } from './parse-push-output.ts';
import { branchRef, objectId, trackingRef } from './refs.ts';
import { type RetryDeps, retryDelayMs } from './retry-unreachable.ts';
import type { GitFailure } from './run-git.ts';

export type PushResult =
  | { status: 'pushed'; sha: string; alreadyThere: boolean }
  /** Somebody else moved the branch. `remoteSha` is null when it could not be asked for. */
  | { status: 'rejected'; reason: 'non_fast_forward'; remoteSha: string | null }
  /** A rule of the server, in its words. */
  | { status: 'refused'; message: string }
  | { status: 'failed'; trouble: GitTrouble; message: string };

/** `stagedAs`: a ref of ours on the server that the commit goes to instead of the branch. */
export type PushRequest = { cloneUrl: string; branch: string; sha: string; stagedAs?: string };
export type PushDeps = RetryDeps & { getToken: () => Promise<string | null> };

/**
 * Pushes one commit to one branch, or to a ref that nobody else uses: no other ref, no tags; a branch never by force.
 * When the answer is lost the server is asked what the branch points at, so a push that arrived counts as pushed and
 * is not an error. Safe to repeat.
 */
export async function pushBranch(
  context: GitContext,
  repository: GitRepository,
  request: PushRequest,
  deps: PushDeps,
): Promise<PushResult> {
  const git = inControl(context, repository);
  const ref = serverRef(request);
  const sha = objectId(request.sha);
  const force = request.stagedAs === undefined ? '' : '+';
  const args = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--no-recurse-submodules'];
  for (let attempt = 0; ; attempt += 1) {
    const transport: Transport = { kind: 'http', url: request.cloneUrl, token: await deps.getToken() };
    const pushed = await git([...args, '--end-of-options', request.cloneUrl, `${force}${sha}:${ref}`], {
      transport,
      deadlineMs: PUSH_DEADLINE_MS,
    });
    const verdict = parsePushOutput(pushed.stdout, ref);
    if (verdict.kind === 'accepted' && pushed.ok) {
      return noteTracking(context, repository, request, verdict.upToDate);
    }
    if (verdict.kind === 'refused')
      return { status: 'refused', message: explain(verdict.reason, pushed.stderr) };
    const remoteSha = await readRemote(context, repository, request, transport);
    if (remoteSha === sha) return noteTracking(context, repository, request, true);
    if (verdict.kind === 'non_fast_forward') {
      return { status: 'rejected', reason: 'non_fast_forward', remoteSha: remoteSha ?? null };
    }
    const failure: GitFailure = pushed.ok ? withoutVerdict(pushed.stderr) : pushed;
    const trouble = classifyGitFailure(failure);
    if (trouble !== 'unreachable' || attempt + 1 >= NETWORK_ATTEMPTS) {
      return { status: 'failed', trouble, message: lastWords(failure.stderr.trim(), MAX_SAID_CHARS) };
    }
    await deps.sleep(retryDelayMs(attempt, deps.random()));
  }
}

function serverRef({ branch, stagedAs }: PushRequest): string {
  const ref = branchRef(branch);
  if (stagedAs === undefined) return ref;
  if (!stagedRefSchema.safeParse(stagedAs).success)
    throw new RangeError(`Not a ref to stage at: ${stagedAs}`);
  return stagedAs;
}

/** What the server's branch points at: null when it has none, undefined when it could not be asked. */
async function readRemote(
  context: GitContext,
  repository: GitRepository,
  request: PushRequest,
  transport: Transport,
): Promise<string | null | undefined> {
  const ref = serverRef(request);
  // Also after an abort: whether the push arrived has to be known.
  const { signal: _signal, ...rest } = context;
  const listed = await inControl(rest, repository)(['ls-remote', '--end-of-options', request.cloneUrl, ref], {
    transport,
    deadlineMs: LS_REMOTE_DEADLINE_MS,
  });
  if (!listed.ok) return undefined;
  const line = listed.stdout.split('\n').find((text) => text.endsWith(`\t${ref}`));
  return line === undefined ? null : line.slice(0, line.indexOf('\t'));
}

async function noteTracking(
  context: GitContext,
  repository: GitRepository,
  request: PushRequest,
  alreadyThere: boolean,
): Promise<PushResult> {
  const { signal: _signal, ...rest } = context;
  try {
    const ref = request.stagedAs === undefined ? trackingRef(request.branch) : mirrorRef(request.stagedAs);
    await updateTracking(rest, repository, [{ ref, to: request.sha }]);
  } catch (error) {
    // The work has arrived, which a full disk here doesn't change; the next fetch notes it.
    if (!(error instanceof GitFailedError)) throw error;
  }
  return { status: 'pushed', sha: request.sha, alreadyThere };
}

/** The server's own lines say more than git's one word ("protected branch hook declined"). */
function explain(reason: string, stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith('remote: '));
  const said = lines.map((line) => line.slice('remote: '.length).trim()).filter((line) => line !== '');
  return [reason, ...said].join('\n').slice(0, 2_000);
}

function withoutVerdict(stderr: string): GitFailure {
  return { ok: false, reason: 'exit', command: 'git push', exitCode: 0, stdout: '', stderr };
}
