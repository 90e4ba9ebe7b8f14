import { z } from 'zod';
import type { ReviewState } from '../model.ts';
import { notFound, validationFailed } from '../refusal.ts';
import { renderReview } from '../render/render-review.ts';
import { addReview, isOwnPull } from '../write-pulls.ts';
import { subjectPull } from './pull-routes.ts';
import {
  actorOf,
  actsAsApp,
  ok,
  onRepository,
  paged,
  parseBody,
  type RepositoryCall,
  type RestAnswer,
  type Routes,
} from './rest-call.ts';

const newReview = z.object({
  body: z.string().default(''),
  commit_id: z.string().optional(),
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']).optional(),
  comments: z
    .array(
      z.object({
        path: z.string(),
        body: z.string(),
        line: z.number().optional(),
        start_line: z.number().optional(),
        side: z.enum(['LEFT', 'RIGHT']).optional(),
        start_side: z.enum(['LEFT', 'RIGHT']).optional(),
      }),
    )
    .default([]),
});

const STATES: Record<'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT', ReviewState> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

async function createReview(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const issue = subjectPull(call);
  const written = parseBody(call, newReview);
  const state = written.event === undefined ? 'PENDING' : STATES[written.event];
  if (isOwnPull(issue, actorOf(call)) && (state === 'APPROVED' || state === 'CHANGES_REQUESTED')) {
    const what = state === 'APPROVED' ? 'approve' : 'request changes on';
    throw validationFailed({
      resource: 'PullRequestReview',
      code: 'custom',
      message: `Can not ${what} your own pull request`,
    });
  }
  const writer = { account: actorOf(call), viaApp: actsAsApp(call) };
  const { review } = await addReview(world, repository, issue, writer, {
    state,
    body: written.body,
    ...(written.commit_id !== undefined && { commitId: written.commit_id }),
    comments: written.comments.map(({ path, body, line, start_line, side }) => ({
      path,
      body,
      line: line ?? null,
      startLine: start_line ?? null,
      ...(side && { side }),
    })),
  });
  return ok(renderReview(world, repository, issue, review));
}

export const reviewRoutes = {
  'pulls/create-review': onRepository(createReview),
  'pulls/list-reviews': onRepository((call) => {
    const issue = subjectPull(call);
    return paged(call, issue.pull.reviews, (review) =>
      renderReview(call.world, call.repository, issue, review),
    );
  }),
  'pulls/get-review': onRepository((call) => {
    const issue = subjectPull(call);
    const review = issue.pull.reviews.find(({ id }) => id === Number(call.params.review_id));
    if (!review) throw notFound();
    return ok(renderReview(call.world, call.repository, issue, review));
  }),
} satisfies Routes;
