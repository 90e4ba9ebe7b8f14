/** What people do to branches and pull requests in their browser and by push: each changes the state and sends GitHub's webhook. */
import { commitFiles, type FileChanges } from '../git/commit-files.ts';
import { syncPushes } from '../git/sync-pushes.ts';
import type { ReviewState, Side } from '../model.ts';
import { accountOf, issueOf, permissionOf, pullOf, repositoryNamed } from '../world.ts';
import { addLoneReviewComment, addReview, openPull } from '../write-pulls.ts';
import { personWriter } from './act-on-issues.ts';
import { type Acted, acting, bindTo, type Stage } from './acting.ts';
import { forkRepository, moveBranch } from './fork-repository.ts';
import { reportStatus } from './report-status.ts';
import { runWorkflow } from './run-workflow.ts';

type ByPerson = { repo: string; author: string };
type OnPull = ByPerson & { number: number };

export type GivenCommit = ByPerson & {
  branch: string;
  /** Contents by path; null deletes. */
  files: FileChanges;
  message?: string;
  /** Where a new branch starts; the default branch when left out. */
  from?: string;
};

export type GivenReviewComment = {
  path: string;
  body: string;
  /** Null for a comment on the whole file. */
  line: number | null;
  startLine?: number;
  side?: Side;
  /** Shown instead of the hunk that git has. */
  diffHunk?: string;
};

/** Commits files to a branch, as a push by that person. `repo` may name a fork. */
function pushCommit(stage: Stage, given: GivenCommit): Promise<Acted<{ sha: string }>> {
  return acting(stage, async (acted) => {
    const repository = repositoryNamed(stage.world, given.repo);
    const author = accountOf(stage.world, given.author);
    const sha = await commitFiles(repository.gitDir, {
      branch: given.branch,
      files: given.files,
      message: given.message ?? `Change ${Object.keys(given.files).join(', ')}`,
      from: given.from ?? repository.defaultBranch,
      author: { name: author.login, email: `${author.id}+${author.login}@users.noreply.github.com` },
      at: stage.world.now(),
    });
    await syncPushes(acted, repository, author);
    return { sha };
  });
}

/** From a branch that exists. With `fork`, the branch moves into the author's fork first. */
function openPullRequest(
  stage: Stage,
  given: ByPerson & {
    head: string;
    base?: string;
    title: string;
    body?: string;
    draft?: boolean;
    fork?: boolean;
  },
): Promise<Acted<{ number: number }>> {
  return acting(stage, async (acted) => {
    const repository = repositoryNamed(stage.world, given.repo);
    const headRepository = given.fork
      ? await forkRepository(stage.world, repository, given.author)
      : repository;
    if (headRepository !== repository) await moveBranch(repository, headRepository, given.head);
    const { number } = await openPull(acted, repository, personWriter(stage.world, given.author), {
      title: given.title,
      body: given.body ?? null,
      baseRef: given.base ?? repository.defaultBranch,
      headRef: given.head,
      headRepository,
      draft: given.draft ?? false,
      maintainerCanModify: given.fork ?? false,
    });
    return { number };
  });
}

function reviewPullRequest(
  stage: Stage,
  given: OnPull & { state?: ReviewState; body?: string; comments?: GivenReviewComment[] },
): Promise<Acted<{ reviewId: number; commentIds: number[] }>> {
  return acting(stage, async (acted) => {
    const repository = repositoryNamed(stage.world, given.repo);
    const issue = pullOf(repository, given.number);
    const { review, comments } = await addReview(
      acted,
      repository,
      issue,
      personWriter(stage.world, given.author),
      {
        state: given.state ?? 'COMMENTED',
        body: given.body ?? '',
        comments: given.comments ?? [],
      },
    );
    return { reviewId: review.id, commentIds: comments.map(({ id }) => id) };
  });
}

function commentOnPullRequestDiff(
  stage: Stage,
  given: OnPull & GivenReviewComment,
): Promise<Acted<{ commentId: number }>> {
  return acting(stage, async (acted) => {
    const { repo, author, number, ...comment } = given;
    const repository = repositoryNamed(stage.world, repo);
    const issue = pullOf(repository, number);
    const { id } = await addLoneReviewComment(
      acted,
      repository,
      issue,
      personWriter(stage.world, author),
      comment,
    );
    return { commentId: id };
  });
}

/** Links an issue to a pull request in its sidebar, which takes the right to push; no webhook tells of it to Apps. */
function linkIssue({ world }: Stage, given: OnPull & { issue: number }): void {
  const repository = repositoryNamed(world, given.repo);
  const permission = permissionOf(repository, accountOf(world, given.author).login);
  if (!['admin', 'maintain', 'write'].includes(permission)) {
    throw new Error(`${given.author} may not link issues in ${given.repo}.`);
  }
  pullOf(repository, given.number).pull.linkedIssues.add(issueOf(repository, given.issue).number);
}

export function createPullActions(stage: Stage) {
  const bound = bindTo(stage);
  return {
    pushCommit: bound(pushCommit),
    openPullRequest: bound(openPullRequest),
    reviewPullRequest: bound(reviewPullRequest),
    commentOnPullRequestDiff: bound(commentOnPullRequestDiff),
    linkIssue: bound(linkIssue),
    runWorkflow: bound(runWorkflow),
    reportStatus: bound(reportStatus),
  };
}
