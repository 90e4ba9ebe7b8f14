import { z } from 'zod';
import type { PullIssue, Repository, ReviewComment } from '../model.ts';
import { notFound } from '../refusal.ts';
import { renderReviewComment } from '../render/render-review.ts';
import { isPull } from '../world.ts';
import { addLoneReviewComment } from '../write-pulls.ts';
import { subjectPull } from './pull-routes.ts';
import {
  actorOf,
  actsAsApp,
  created,
  ok,
  onRepository,
  paged,
  parseBody,
  type RepositoryCall,
  type RestAnswer,
  type Routes,
} from './rest-call.ts';

const newComment = z.object({
  body: z.string(),
  path: z.string(),
  line: z.number().optional(),
  start_line: z.number().optional(),
  side: z.enum(['LEFT', 'RIGHT']).optional(),
  in_reply_to: z.number().optional(),
});
const reply = z.object({ body: z.string() });

export type PlacedReviewComment = { issue: PullIssue; comment: ReviewComment };

export function findReviewComment(repository: Repository, id: number): PlacedReviewComment | undefined {
  for (const issue of repository.issues.values()) {
    if (!isPull(issue)) continue;
    const comment = issue.pull.reviewComments.find((candidate) => candidate.id === id);
    if (comment) return { issue, comment };
  }
  return undefined;
}

const writerOf = (call: RepositoryCall) => ({ account: actorOf(call), viaApp: actsAsApp(call) });

async function answerTo(
  call: RepositoryCall,
  issue: PullIssue,
  commentId: number,
  body: string,
): Promise<RestAnswer> {
  const first = issue.pull.reviewComments.find(({ id }) => id === commentId);
  if (!first) throw notFound();
  const { path, line, side } = first;
  const comment = await addLoneReviewComment(call.world, call.repository, issue, writerOf(call), {
    path,
    line,
    side,
    body,
    inReplyTo: first,
  });
  return created(renderReviewComment(call.world, call.repository, issue, comment));
}

async function createReviewComment(call: RepositoryCall): Promise<RestAnswer> {
  const issue = subjectPull(call);
  const written = parseBody(call, newComment);
  if (written.in_reply_to !== undefined) return answerTo(call, issue, written.in_reply_to, written.body);
  const comment = await addLoneReviewComment(call.world, call.repository, issue, writerOf(call), {
    path: written.path,
    body: written.body,
    line: written.line ?? null,
    startLine: written.start_line ?? null,
    ...(written.side && { side: written.side }),
  });
  return created(renderReviewComment(call.world, call.repository, issue, comment));
}

export const reviewCommentRoutes = {
  'pulls/list-review-comments': onRepository((call) => {
    const issue = subjectPull(call);
    const render = (comment: ReviewComment) =>
      renderReviewComment(call.world, call.repository, issue, comment);
    return paged(call, issue.pull.reviewComments, render);
  }),
  'pulls/get-review-comment': onRepository((call) => {
    const found = findReviewComment(call.repository, Number(call.params.comment_id));
    if (!found) throw notFound();
    return ok(renderReviewComment(call.world, call.repository, found.issue, found.comment));
  }),
  'pulls/create-review-comment': onRepository(createReviewComment),
  'pulls/create-reply-for-review-comment': onRepository((call) =>
    answerTo(call, subjectPull(call), Number(call.params.comment_id), parseBody(call, reply).body),
  ),
} satisfies Routes;
