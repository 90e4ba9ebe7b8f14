import type { OperationId } from '../openapi/operation-ids.ts';
import { appRoutes } from './app-routes.ts';
import { checkRoutes } from './check-routes.ts';
import { commentRoutes } from './comment-routes.ts';
import { commitRoutes } from './commit-routes.ts';
import { contentRoutes } from './content-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { issueRoutes } from './issue-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { manifestRoutes } from './manifest-routes.ts';
import { membershipRoutes } from './membership-routes.ts';
import { pullRoutes } from './pull-routes.ts';
import { reactionRoutes } from './reaction-routes.ts';
import { refRoutes } from './ref-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import type { Handler } from './rest-call.ts';
import { reviewCommentRoutes } from './review-comment-routes.ts';
import { reviewRoutes } from './review-routes.ts';
import { statusRoutes } from './status-routes.ts';
import { userRoutes } from './user-routes.ts';

/** Every operation of the slice has its handler here; one that is missing does not compile. */
export const ALL_ROUTES: Record<OperationId, Handler> = {
  ...appRoutes,
  ...checkRoutes,
  ...commentRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...deliveryRoutes,
  ...issueRoutes,
  ...jobRoutes,
  ...manifestRoutes,
  ...membershipRoutes,
  ...pullRoutes,
  ...reactionRoutes,
  ...refRoutes,
  ...repositoryRoutes,
  ...reviewCommentRoutes,
  ...reviewRoutes,
  ...statusRoutes,
  ...userRoutes,
};
