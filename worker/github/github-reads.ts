import { z } from 'zod';
import type { GitHubThread } from '../github-write.ts';
import type { ThreadEntry } from './build-prompt.ts';
import type { PermissionAnswer } from './check-permission.ts';
import { pullSchema } from './payload-schemas.ts';
import type { Octokit } from './probot.ts';
import { type PullRef, pullRefOf, type Trigger } from './read-payload.ts';
import { type WebhookRepository, webhookRepositorySchema } from './webhook-repository.ts';
import { inRepository } from './write-target.ts';

const PAGE = 100;

/** A repository list longer than this is cut: its other repositories come with their first event. */
const MAX_REPOSITORY_PAGES = 20;

/** `GET /repos/{owner}/{repo}/collaborators/{username}/permission`; null where GitHub knows nobody of that name. */
export async function readPermission(
  octokit: Octokit,
  thread: GitHubThread,
  login: string,
): Promise<PermissionAnswer> {
  try {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({
      ...inRepository(thread),
      username: login,
    });
    return { permission: data.permission, roleName: data.role_name ?? null };
  } catch (error) {
    if (z.object({ status: z.literal(404) }).safeParse(error).success) return null;
    throw error;
  }
}

/** `GET /repos/{owner}/{repo}/pulls/{number}` */
export async function readPull(octokit: Octokit, thread: GitHubThread): Promise<PullRef> {
  const { data } = await octokit.rest.pulls.get({ ...inRepository(thread), pull_number: thread.issueNumber });
  return pullRefOf(pullSchema.parse(data), thread.repository);
}

/** The newest comments of the thread, and on a pull request the newest reviews and review comments, side by side. */
export async function readThread(octokit: Octokit, trigger: Trigger): Promise<ThreadEntry[]> {
  const { thread } = trigger;
  const pages = newestPages(trigger.commentCount).map((page) => readComments(octokit, thread, page));
  const ofPull = thread.isPullRequest
    ? [readReviewComments(octokit, thread), readReviews(octokit, thread)]
    : [];
  const entries = (await Promise.all([...pages, ...ofPull])).flat();
  return entries.filter((entry) => isBefore(entry.id, trigger.triggerId));
}

/** Ids of one kind grow: where both are of the same second, they tell which was first. */
function isBefore(id: string, triggerId: string): boolean {
  const [kind = '', number = ''] = id.split(':');
  const [triggerKind = '', triggerNumber = ''] = triggerId.split(':');
  return kind !== triggerKind || Number(number) < Number(triggerNumber);
}

/** How many comments of a thread are too old to be read. */
export function unreadComments(count: number): number {
  return ((newestPages(count)[0] ?? 1) - 1) * PAGE;
}

/** GitHub lists an issue's comments oldest first: the newest hundred lie on the last two pages. */
function newestPages(count: number): number[] {
  const last = Math.max(1, Math.ceil(count / PAGE));
  return last > 1 && count % PAGE !== 0 ? [last - 1, last] : [last];
}

type Entry = ThreadEntry & { id: string };
type GitHubUser = { login: string } | null | undefined;
const loginOf = (user: GitHubUser): string => user?.login ?? 'ghost';

async function readComments(octokit: Octokit, thread: GitHubThread, page: number): Promise<Entry[]> {
  const { data } = await octokit.rest.issues.listComments({
    ...inRepository(thread),
    issue_number: thread.issueNumber,
    per_page: PAGE,
    page,
  });
  return data.map((comment) => ({
    id: `issue_comment:${comment.id}`,
    kind: 'comment',
    author: loginOf(comment.user),
    text: comment.body ?? '',
    createdAt: Date.parse(comment.created_at),
    updatedAt: Date.parse(comment.updated_at),
  }));
}

async function readReviewComments(octokit: Octokit, thread: GitHubThread): Promise<Entry[]> {
  const { data } = await octokit.rest.pulls.listReviewComments({
    ...inRepository(thread),
    pull_number: thread.issueNumber,
    sort: 'created',
    direction: 'desc',
    per_page: PAGE,
  });
  return data.map((comment) => ({
    id: `review_comment:${comment.id}`,
    kind: 'review_comment',
    author: loginOf(comment.user),
    text: comment.body,
    createdAt: Date.parse(comment.created_at),
    updatedAt: Date.parse(comment.updated_at),
    where: { path: comment.path, line: comment.line ?? comment.original_line ?? null },
  }));
}

async function readReviews(octokit: Octokit, thread: GitHubThread): Promise<Entry[]> {
  const { data } = await octokit.rest.pulls.listReviews({
    ...inRepository(thread),
    pull_number: thread.issueNumber,
    per_page: PAGE,
  });
  return data
    .filter((review) => review.body !== '' && INSIDERS.has(review.author_association))
    .map((review) => {
      const at = Date.parse(review.submitted_at ?? '');
      const author = loginOf(review.user);
      const text = review.body;
      return { id: `review:${review.id}`, kind: 'review', author, text, createdAt: at, updatedAt: at };
    });
}

/**
 * GitHub does not say when a review's text was edited. A stranger could change it between the trigger and our
 * reading, so only those who belong to the repository are read; what strangers write beside the lines has its time.
 */
const INSIDERS: ReadonlySet<string> = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/** `GET /installation/repositories`. Those that we can't work with (an odd branch name) are left out. */
export async function readInstallationRepositories(octokit: Octokit): Promise<WebhookRepository[]> {
  const found: WebhookRepository[] = [];
  for (let page = 1; page <= MAX_REPOSITORY_PAGES; page += 1) {
    const { data } = await octokit.rest.apps.listReposAccessibleToInstallation({ per_page: PAGE, page });
    for (const repository of data.repositories) {
      const parsed = webhookRepositorySchema.safeParse(repository);
      if (parsed.success) found.push(parsed.data);
    }
    if (data.repositories.length < PAGE) break;
  }
  return found;
}
