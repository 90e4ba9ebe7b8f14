import { z } from 'zod';
import type { Reaction } from '../model.ts';
import { notFound } from '../refusal.ts';
import { renderReaction } from '../render/render-issue.ts';
import { issueOf } from '../world.ts';
import { addReaction } from '../write-conversation.ts';
import { findComment } from './comment-routes.ts';
import {
  actorOf,
  created,
  noContent,
  ok,
  onRepository,
  paged,
  parseBody,
  type RepositoryCall,
  type Routes,
} from './rest-call.ts';
import { findReviewComment } from './review-comment-routes.ts';

const newReaction = z.object({
  content: z.enum(['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']),
});

type ReactionsOf = (call: RepositoryCall) => Reaction[];

const onIssue: ReactionsOf = (call) => issueOf(call.repository, call.params.issue_number ?? '').reactions;

const onComment: ReactionsOf = (call) => {
  const found = findComment(call.repository, Number(call.params.comment_id));
  if (!found) throw notFound();
  return found.comment.reactions;
};

const onReviewComment: ReactionsOf = (call) => {
  const found = findReviewComment(call.repository, Number(call.params.comment_id));
  if (!found) throw notFound();
  return found.comment.reactions;
};

const createOn = (reactionsOf: ReactionsOf) =>
  onRepository((call) => {
    const { content } = parseBody(call, newReaction);
    const { reaction, created: isNew } = addReaction(call.world, reactionsOf(call), actorOf(call), content);
    return (isNew ? created : ok)(renderReaction(call.world, reaction));
  });

const listOn = (reactionsOf: ReactionsOf) =>
  onRepository((call) => {
    const content = call.url.searchParams.get('content');
    const matching = reactionsOf(call).filter((reaction) => content === null || reaction.content === content);
    return paged(call, matching, (reaction) => renderReaction(call.world, reaction));
  });

const deleteOn = (reactionsOf: ReactionsOf) =>
  onRepository((call) => {
    const reactions = reactionsOf(call);
    const index = reactions.findIndex((reaction) => reaction.id === Number(call.params.reaction_id));
    if (index < 0) throw notFound();
    reactions.splice(index, 1);
    return noContent();
  });

export const reactionRoutes = {
  'reactions/create-for-issue': createOn(onIssue),
  'reactions/list-for-issue': listOn(onIssue),
  'reactions/delete-for-issue': deleteOn(onIssue),
  'reactions/create-for-issue-comment': createOn(onComment),
  'reactions/list-for-issue-comment': listOn(onComment),
  'reactions/delete-for-issue-comment': deleteOn(onComment),
  'reactions/create-for-pull-request-review-comment': createOn(onReviewComment),
  'reactions/list-for-pull-request-review-comment': listOn(onReviewComment),
  'reactions/delete-for-pull-request-comment': deleteOn(onReviewComment),
} satisfies Routes;
