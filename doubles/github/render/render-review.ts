import type { JsonObject } from '../json.ts';
import type { PullIssue, Repository, Review, ReviewComment } from '../model.ts';
import { associationOf, timestamp, type World } from '../world.ts';
import { nodeId, renderAccount } from './render-account.ts';
import { issuePage, renderRollup } from './render-issue.ts';
import { apiUrl } from './render-repository.ts';

const pullUrl = (world: World, repository: Repository, issue: PullIssue): string =>
  `${apiUrl(world, repository)}/pulls/${issue.number}`;

/** GitHub's `pull-request-review`. */
export function renderReview(
  world: World,
  repository: Repository,
  issue: PullIssue,
  review: Review,
): JsonObject {
  const page = `${issuePage(world, repository, issue)}#pullrequestreview-${review.id}`;
  const url = pullUrl(world, repository, issue);
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: renderAccount(world, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: url,
    _links: { html: { href: page }, pull_request: { href: url } },
    submitted_at: timestamp(review.submittedAt),
    commit_id: review.commitId,
    author_association: associationOf(repository, review.author),
  };
}

/** GitHub's `pull-request-review-comment`. */
export function renderReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  comment: ReviewComment,
): JsonObject {
  const url = `${apiUrl(world, repository)}/pulls/comments/${comment.id}`;
  const page = `${issuePage(world, repository, issue)}#discussion_r${comment.id}`;
  const pull = pullUrl(world, repository, issue);
  return {
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    pull_request_review_id: comment.reviewId,
    url,
    html_url: page,
    pull_request_url: pull,
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: pull } },
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    line: comment.line,
    original_line: comment.line,
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    side: comment.side,
    start_side: comment.startLine === null ? null : comment.side,
    subject_type: comment.line === null ? 'file' : 'line',
    ...(comment.inReplyToId === null ? {} : { in_reply_to_id: comment.inReplyToId }),
    body: comment.body,
    user: renderAccount(world, comment.author),
    author_association: associationOf(repository, comment.author),
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.updatedAt),
    reactions: renderRollup(url, comment.reactions),
  };
}
