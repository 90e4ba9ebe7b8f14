/** The writes to pull requests and their reviews, with their webhooks; shared by the REST routes and by people's actions. */
import { findHunk } from './git/find-hunk.ts';
import { diffFiles } from './git/read-diff.ts';
import { branchHead } from './git/read-refs.ts';
import { runGit } from './git/run-git.ts';
import { keepPullHead } from './git/sync-pushes.ts';
import type {
  Account,
  Pull,
  PullIssue,
  Repository,
  Review,
  ReviewComment,
  ReviewState,
  Side,
} from './model.ts';
import { validationFailed } from './refusal.ts';
import { readPullRefs, renderPull } from './render/render-pull.ts';
import { renderReview, renderReviewComment } from './render/render-review.ts';
import { isPull, type World } from './world.ts';
import { addIssue, announceIssue, newComment, type Writer } from './write-conversation.ts';

export type NewPull = {
  title: string;
  body: string | null;
  baseRef: string;
  headRef: string;
  headRepository: Repository;
  draft: boolean;
  maintainerCanModify: boolean;
};

const problem = (message: string) => validationFailed({ resource: 'PullRequest', code: 'custom', message });

function requireOnlyOne(repository: Repository, { baseRef, headRef, headRepository }: NewPull): void {
  const open = [...repository.issues.values()].some(
    ({ state, pull }) =>
      state === 'open' &&
      pull?.headRef === headRef &&
      pull.headRepository === headRepository &&
      pull.baseRef === baseRef,
  );
  if (open) throw problem(`A pull request already exists for ${headRepository.owner.login}:${headRef}.`);
}

/** Throws GitHub's 422 when no pull request can be opened between the two branches. */
async function requireOpenable(
  repository: Repository,
  written: NewPull,
  headSha: string | undefined,
): Promise<string> {
  const { baseRef, headRef, headRepository } = written;
  if (headSha === undefined)
    throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  const baseSha = await branchHead(repository.gitDir, baseRef);
  if (baseSha === undefined)
    throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if (headRepository !== repository) {
    await runGit(repository.gitDir, ['fetch', '--quiet', '--no-tags', headRepository.gitDir, headSha]);
  }
  const count = await runGit(repository.gitDir, ['rev-list', '--count', `${baseSha}..${headSha}`]);
  if (Number(count) === 0) throw problem(`No commits between ${baseRef} and ${headRef}`);
  return headSha;
}

export async function openPull(
  world: World,
  repository: Repository,
  writer: Writer,
  written: NewPull,
): Promise<PullIssue> {
  const found = await branchHead(written.headRepository.gitDir, written.headRef);
  const headSha = await requireOpenable(repository, written, found);
  // Looked at right before the write, so that of two calls at once only one opens it.
  requireOnlyOne(repository, written);
  const { title, body, ...ends } = written;
  const linkedIssues = new Set<number>();
  const pull: Pull = { id: world.nextId(), ...ends, reviews: [], reviewComments: [], linkedIssues };
  const issue = addIssue(world, repository, writer, { title, body, pull });
  if (!isPull(issue)) throw new Error('A pull request was stored as an issue.');
  await keepPullHead(repository, issue.number, written.headRepository, headSha);
  await announceIssue(world, repository, issue, { action: 'opened', sender: writer.account });
  return issue;
}

export type NewReviewComment = {
  path: string;
  body: string;
  line: number | null;
  startLine?: number | null;
  side?: Side;
  /** Shown instead of the hunk found in git. */
  diffHunk?: string;
  inReplyTo?: ReviewComment;
};

async function hunkOf(repository: Repository, issue: PullIssue, written: NewReviewComment): Promise<string> {
  const refs = await readPullRefs(repository, issue);
  const files = await diffFiles(repository.gitDir, refs.mergeBaseSha, refs.headSha);
  const patch = files.find((file) => file.path === written.path)?.patch;
  if (patch === undefined) {
    throw validationFailed({ resource: 'PullRequestReviewComment', field: 'path', code: 'invalid' });
  }
  const hunk = written.line === null ? patch : findHunk(patch, written.line, written.side ?? 'RIGHT');
  if (hunk === undefined) {
    throw validationFailed({
      resource: 'PullRequestReviewComment',
      field: 'pull_request_review_thread.line',
      code: 'custom',
      message: 'pull_request_review_thread.line must be part of the diff',
    });
  }
  return hunk;
}

async function addReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  review: { writer: Writer; reviewId: number; commitId: string },
  written: NewReviewComment,
): Promise<ReviewComment> {
  const { inReplyTo } = written;
  const comment: ReviewComment = {
    ...newComment(world, review.writer, issue.number, written.body),
    path: written.path,
    line: written.line,
    startLine: written.startLine ?? null,
    side: written.side ?? 'RIGHT',
    commitId: review.commitId,
    diffHunk: written.diffHunk ?? inReplyTo?.diffHunk ?? (await hunkOf(repository, issue, written)),
    reviewId: review.reviewId,
    inReplyToId: inReplyTo?.id ?? null,
  };
  issue.pull.reviewComments.push(comment);
  world.announce({
    event: 'pull_request_review_comment',
    action: 'created',
    repository,
    sender: review.writer.account,
    fields: {
      pull_request: await renderPull(world, repository, issue),
      comment: renderReviewComment(world, repository, issue, comment),
    },
  });
  return comment;
}

export type NewReview = { state: ReviewState; body: string; comments: NewReviewComment[]; commitId?: string };

async function announceReview(
  world: World,
  repository: Repository,
  issue: PullIssue,
  review: Review,
): Promise<void> {
  const rendered = renderReview(world, repository, issue, review);
  world.announce({
    event: 'pull_request_review',
    action: 'submitted',
    repository,
    sender: review.author,
    fields: {
      pull_request: await renderPull(world, repository, issue),
      // The webhook writes the state in small letters, the REST API in capitals.
      review: { ...rendered, state: review.state.toLowerCase() },
    },
  });
}

/** Stores a review with its comments. A pending one is announced to nobody. */
export async function addReview(
  world: World,
  repository: Repository,
  issue: PullIssue,
  writer: Writer,
  written: NewReview,
): Promise<{ review: Review; comments: ReviewComment[] }> {
  const commitId = written.commitId ?? (await readPullRefs(repository, issue)).headSha;
  const review: Review = {
    id: world.nextId(),
    author: writer.account,
    body: written.body,
    state: written.state,
    commitId,
    submittedAt: world.now(),
  };
  const comments: ReviewComment[] = [];
  for (const comment of written.comments) {
    const placed = { writer, reviewId: review.id, commitId };
    comments.push(await addReviewComment(world, repository, issue, placed, comment));
  }
  issue.pull.reviews.push(review);
  if (review.state !== 'PENDING') await announceReview(world, repository, issue, review);
  return { review, comments };
}

/** A single comment on the diff; GitHub wraps it in a review of its own. */
export async function addLoneReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  writer: Writer,
  written: NewReviewComment,
): Promise<ReviewComment> {
  const { comments } = await addReview(world, repository, issue, writer, {
    state: 'COMMENTED',
    body: '',
    comments: [written],
  });
  const [comment] = comments;
  if (!comment) throw new Error('A review of one comment has none.');
  return comment;
}

/** Whether an account may approve: GitHub refuses the author's own review. */
export const isOwnPull = (issue: PullIssue, account: Account): boolean => issue.author.id === account.id;
