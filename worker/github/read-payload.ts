import type { z } from 'zod';
import type { AccountKey } from '../../protocol/ids.ts';
import type { GitRef, Repository } from '../../protocol/workspace.ts';
import type { GitHubThread } from '../github-write.ts';
import type { TriggerEvent } from './handled-events.ts';
import { payloadMismatch } from './payload-mismatch.ts';
import { type Envelope, type Issue, type Payload, type Pull, payloadSchemas } from './payload-schemas.ts';
import { toRepository } from './webhook-repository.ts';

export type Author = { login: string; id: number; type: string };
export type PullRef = Extract<GitRef, { kind: 'pull' }>;
export type TriggerKind =
  | 'issue'
  | 'issue_comment'
  | 'pull_request'
  | 'review'
  | 'review_comment'
  | 'label'
  | 'assignment';

/** Why it may ask for work: by a mention in its text, or by what the repository's settings say of such an event. */
export type Occasion =
  | { type: 'written' }
  | { type: 'labeled'; label: string }
  | { type: 'assigned'; login: string }
  /** A pull request; one with a mention in it is asked by that. */
  | { type: 'opened'; draft: boolean };

/** Something was written on GitHub that may ask for work. Times are ms since 1970. */
export type Trigger = {
  kind: TriggerKind;
  occasion: Occasion;
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
    case 'issues.labeled':
      return parsed(payloadSchemas[event].safeParse(payload), (data) =>
        ofLabel(deliveryId, data, data.issue, aboutIssue(data, data.issue)),
      );
    case 'pull_request.labeled':
      return parsed(payloadSchemas[event].safeParse(payload), (data) =>
        ofLabel(deliveryId, data, data.pull_request, aboutPull(data, data.pull_request)),
      );
    case 'issues.assigned':
      return parsed(payloadSchemas[event].safeParse(payload), (data) =>
        ofAssignment(deliveryId, data, data.issue, aboutIssue(data, data.issue)),
      );
    case 'pull_request.assigned':
      return parsed(payloadSchemas[event].safeParse(payload), (data) =>
        ofAssignment(deliveryId, data, data.pull_request, aboutPull(data, data.pull_request)),
      );
    case 'pull_request.ready_for_review':
      return parsed(payloadSchemas[event].safeParse(payload), (data) => ofReady(deliveryId, data));
  }
}

type Draft = Trigger | 'no author';

function parsed<T>(result: z.ZodSafeParseResult<T>, read: (data: T) => Draft): ReadPayload {
  if (!result.success) return payloadMismatch(result.error);
  const draft = read(result.data);
  return draft === 'no author'
    ? { status: 'ignored', reason: 'the author is unknown' }
    : { status: 'trigger', trigger: draft };
}

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
  const trigger = draft(deliveryId, 'pull_request', { ...pull, at: pull.created_at }, about);
  if (trigger === 'no author') return trigger;
  return { ...trigger, occasion: { type: 'opened', draft: pull.draft ?? false } };
}

/** The same as its opening: a draft that was worked on already is not worked on again. */
function ofReady(deliveryId: string, payload: Payload<'pull_request.ready_for_review'>): Draft {
  const { pull_request: pull, sender } = payload;
  const about = aboutPull(payload, pull);
  // A mention in its text was heard when it was opened.
  const said = { id: pull.id, body: '', user: sender, at: pull.updated_at };
  const trigger = draft(deliveryId, 'pull_request', said, about);
  return trigger === 'no author' ? trigger : { ...trigger, occasion: { type: 'opened', draft: false } };
}

type Labeled = Payload<'issues.labeled'> | Payload<'pull_request.labeled'>;
type Assigned = Payload<'issues.assigned'> | Payload<'pull_request.assigned'>;
type Subject = { id: number; updated_at: number };

function ofLabel(deliveryId: string, { label, sender }: Labeled, subject: Subject, about: About): Draft {
  const said = { id: subject.id, body: '', user: sender, at: subject.updated_at };
  const trigger = draft(deliveryId, 'label', said, about);
  if (trigger === 'no author') return trigger;
  const occasion = { type: 'labeled', label: label.name } as const;
  // GitHub gives the act no id. A label that is taken away and added again asks again.
  return { ...trigger, occasion, triggerId: `${trigger.triggerId}:${label.id}:${subject.updated_at}` };
}

function ofAssignment(
  deliveryId: string,
  { assignee, sender }: Assigned,
  subject: Subject,
  about: About,
): Draft {
  const said = { id: subject.id, body: '', user: sender, at: subject.updated_at };
  const trigger = draft(deliveryId, 'assignment', said, about);
  if (trigger === 'no author') return trigger;
  const occasion = { type: 'assigned', login: assignee?.login ?? '' } as const;
  const who = assignee?.id ?? 0;
  return { ...trigger, occasion, triggerId: `${trigger.triggerId}:${who}:${subject.updated_at}` };
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
  const occasion = { type: 'written' } as const;
  const said = { deliveryId, triggerId, subjectId: id, author: user, text: body, createdAt: at };
  return { kind, occasion, ...said, ...about };
}

function aboutIssue(envelope: Envelope, issue: Issue): About {
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

function aboutPull(envelope: Envelope, pull: Pull): About {
  const ref = pullRefOf(pull, toRepository(envelope.repository));
  return {
    ...aboutIssue(envelope, pull),
    thread: threadOf(envelope, pull, true, ref.headSha),
    pull: ref,
  };
}

function threadOf(
  { installation, repository }: Envelope,
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
