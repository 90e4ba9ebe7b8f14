import { z } from 'zod';
import type { AccountKey } from '../../protocol/ids.ts';
import { webAddressSchema } from '../../protocol/task.ts';
import { branchNameSchema, commitShaSchema, type GitRef, type Repository } from '../../protocol/workspace.ts';
import type { GitHubThread } from '../github-write.ts';
import type { TriggerEvent } from './handled-events.ts';
import { toRepository, webhookRepositorySchema } from './webhook-repository.ts';

export type Author = { login: string; id: number; type: string };
export type PullRef = Extract<GitRef, { kind: 'pull' }>;
export type TriggerKind = 'issue' | 'issue_comment' | 'pull_request' | 'review' | 'review_comment';

/** Something was written on GitHub that may ask for work. Times are ms since 1970. */
export type Trigger = {
  kind: TriggerKind;
  deliveryId: string;
  /** The same for every delivery of the same text. */
  triggerId: string;
  /** GitHub's id of what was written. */
  subjectId: number;
  account: AccountKey;
  author: Author;
  text: string;
  createdAt: number;
  /** On a pull request's issue comment the head is not known yet. */
  thread: GitHubThread;
  title: string;
  /** The thread's first post as it was at the trigger; null when that is the trigger itself. */
  opening: { author: string; text: string } | null;
  commentCount: number;
  /** Null on issues, and where it must be asked for. */
  pull: PullRef | null;
  /** The lines a review comment is about. */
  where: { path: string; line: number | null; hunk: string } | null;
};

export type ReadPayload =
  | { status: 'trigger'; trigger: Trigger }
  | { status: 'ignored'; reason: string }
  /** GitHub sent what we do not understand. */
  | { status: 'invalid'; reason: string };

const authorSchema = z.object({ login: z.string(), id: z.int(), type: z.string() }).nullish();
const timeSchema = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});
const textSchema = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const issueSchema = z.object({
  id: z.int(),
  number: z.int().positive(),
  title: z.string(),
  body: textSchema,
  user: authorSchema,
  created_at: timeSchema,
  html_url: webAddressSchema,
  comments: z.int().nullish(),
  pull_request: z.unknown().optional(),
});

const sideSchema = z.object({
  ref: branchNameSchema,
  sha: commitShaSchema,
  repo: z.object({ id: z.int() }).nullish(),
});

export const pullSchema = issueSchema
  .omit({ pull_request: true })
  .extend({ head: sideSchema, base: sideSchema, review_comments: z.int().nullish() });

const commentSchema = z.object({ id: z.int(), body: textSchema, user: authorSchema, created_at: timeSchema });
const reviewSchema = z.object({
  id: z.int(),
  body: textSchema,
  user: authorSchema,
  submitted_at: timeSchema,
});
const reviewCommentSchema = commentSchema.extend({
  path: z.string(),
  line: z.int().nullish(),
  original_line: z.int().nullish(),
  diff_hunk: textSchema,
});

const envelopeSchema = z.object({
  installation: z.object({ id: z.int().positive() }),
  repository: webhookRepositorySchema,
});

const payloadSchemas = {
  'issues.opened': envelopeSchema.extend({ issue: issueSchema }),
  'issue_comment.created': envelopeSchema.extend({ issue: issueSchema, comment: commentSchema }),
  'pull_request.opened': envelopeSchema.extend({ pull_request: pullSchema }),
  'pull_request_review.submitted': envelopeSchema.extend({ pull_request: pullSchema, review: reviewSchema }),
  'pull_request_review_comment.created': envelopeSchema.extend({
    pull_request: pullSchema,
    comment: reviewCommentSchema,
  }),
} satisfies Record<TriggerEvent, z.ZodType>;

/**
 * Reads a webhook's payload.
 *
 * @param event with its action, such as `issues.opened`.
 */
export function readPayload(deliveryId: string, event: TriggerEvent, payload: unknown): ReadPayload {
  switch (event) {
    case 'issues.opened':
      return parsed(payloadSchemas[event].safeParse(payload), (data) => ofIssue(deliveryId, data));
    case 'issue_comment.created':
      return parsed(payloadSchemas[event].safeParse(payload), (data) => ofIssueComment(deliveryId, data));
    case 'pull_request.opened':
      return parsed(payloadSchemas[event].safeParse(payload), (data) => ofPull(deliveryId, data));
    case 'pull_request_review.submitted':
      return parsed(payloadSchemas[event].safeParse(payload), (data) => ofReview(deliveryId, data));
    case 'pull_request_review_comment.created':
      return parsed(payloadSchemas[event].safeParse(payload), (data) => ofReviewComment(deliveryId, data));
  }
}

type Draft = Trigger | 'no author';

function parsed<T>(result: z.ZodSafeParseResult<T>, read: (data: T) => Draft): ReadPayload {
  if (!result.success) {
    const where = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return { status: 'invalid', reason: `The payload does not fit: ${where.slice(0, 5).join('; ')}` };
  }
  const draft = read(result.data);
  return draft === 'no author'
    ? { status: 'ignored', reason: 'the author is unknown' }
    : { status: 'trigger', trigger: draft };
}

type Payload<Name extends TriggerEvent> = z.output<(typeof payloadSchemas)[Name]>;
type Issue = z.output<typeof issueSchema>;
export type Pull = z.output<typeof pullSchema>;

function ofIssue(deliveryId: string, payload: Payload<'issues.opened'>): Draft {
  const { issue } = payload;
  const about = aboutIssue(payload, issue);
  return draft(deliveryId, 'issue', { ...issue, at: issue.created_at }, { ...about, opening: null });
}

function ofIssueComment(deliveryId: string, payload: Payload<'issue_comment.created'>): Draft {
  const { comment } = payload;
  const about = aboutIssue(payload, payload.issue);
  return draft(deliveryId, 'issue_comment', { ...comment, at: comment.created_at }, about);
}

function ofPull(deliveryId: string, payload: Payload<'pull_request.opened'>): Draft {
  const pull = payload.pull_request;
  const about = { ...aboutPull(payload, pull), opening: null };
  return draft(deliveryId, 'pull_request', { ...pull, at: pull.created_at }, about);
}

function ofReview(deliveryId: string, payload: Payload<'pull_request_review.submitted'>): Draft {
  const { review } = payload;
  const about = aboutPull(payload, payload.pull_request);
  return draft(deliveryId, 'review', { ...review, at: review.submitted_at }, about);
}

function ofReviewComment(deliveryId: string, payload: Payload<'pull_request_review_comment.created'>): Draft {
  const { comment } = payload;
  const line = comment.line ?? comment.original_line ?? null;
  const about = {
    ...aboutPull(payload, payload.pull_request),
    where: { path: comment.path, line, hunk: comment.diff_hunk },
  };
  return draft(deliveryId, 'review_comment', { ...comment, at: comment.created_at }, about);
}

type About = Pick<Trigger, 'account' | 'thread' | 'title' | 'opening' | 'commentCount' | 'pull' | 'where'>;
type Written = { id: number; body: string; user?: Author | null | undefined; at: number };

function draft(deliveryId: string, kind: TriggerKind, written: Written, about: About): Draft {
  const { id, body, user, at } = written;
  if (user === null || user === undefined) return 'no author';
  const triggerId = `${kind}:${id}`;
  return { kind, deliveryId, triggerId, subjectId: id, author: user, text: body, createdAt: at, ...about };
}

function aboutIssue(envelope: z.output<typeof envelopeSchema>, issue: Issue): About {
  const isPullRequest = issue.pull_request !== undefined && issue.pull_request !== null;
  return {
    account: `github:${envelope.repository.owner.id}`,
    thread: threadOf(envelope, issue, isPullRequest, null),
    title: issue.title,
    opening: { author: issue.user?.login ?? 'ghost', text: issue.body },
    commentCount: issue.comments ?? 0,
    pull: null,
    where: null,
  };
}

function aboutPull(envelope: z.output<typeof envelopeSchema>, pull: Pull): About {
  const ref = pullRefOf(pull, toRepository(envelope.repository));
  return {
    ...aboutIssue(envelope, pull),
    thread: threadOf(envelope, pull, true, ref.headSha),
    pull: ref,
  };
}

function threadOf(
  { installation, repository }: z.output<typeof envelopeSchema>,
  issue: { number: number; html_url: string },
  isPullRequest: boolean,
  headSha: string | null,
): GitHubThread {
  return {
    installationId: installation.id,
    repository: toRepository(repository),
    issueNumber: issue.number,
    isPullRequest,
    url: issue.html_url,
    headSha,
  };
}

/** What git needs to know of a pull request. A head whose repository is gone counts as a fork: it is only read. */
export function pullRefOf(pull: Pick<Pull, 'number' | 'head' | 'base'>, repository: Repository): PullRef {
  return {
    kind: 'pull',
    number: pull.number,
    headRef: pull.head.ref,
    headSha: pull.head.sha,
    baseRef: pull.base.ref,
    baseSha: pull.base.sha,
    fork: pull.head.repo?.id !== repository.id,
  };
}
