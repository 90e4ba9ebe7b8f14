import { attachmentRoutes } from './attachment-routes.ts';
import { attentionRoutes } from './attention-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { checkpointRoutes } from './checkpoint-routes.ts';
import { decisionRoutes } from './decision-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { descriptionRoutes } from './description-routes.ts';
import { diffRoutes } from './diff-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { gateResultRoutes } from './gate-result-routes.ts';
import { gateRoutes } from './gate-routes.ts';
import { githubSignInRoutes } from './github-sign-in-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { hookRoutes } from './hook-routes.ts';
import { insightsRoutes } from './insights-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { jobRunnerRoutes } from './job-runner-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { nowRoutes } from './now-routes.ts';
import { oidcRoutes } from './oidc-routes.ts';
import { projectRoutes } from './project-routes.ts';
import { promptRoutes } from './prompt-routes.ts';
import { questionRoutes } from './question-routes.ts';
import { queueRoutes } from './queue-routes.ts';
import { registrationRoutes } from './registration-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import type { Route } from './route.ts';
import { runnerRoutes } from './runner-routes.ts';
import { scheduleRoutes } from './schedule-routes.ts';
import { scheduleRunRoutes } from './schedule-run-routes.ts';
import { sessionDocumentRoutes } from './session-document-routes.ts';
import { sessionLogRoutes } from './session-log-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { setupRoutes } from './setup-routes.ts';
import { shareRoutes } from './share-routes.ts';
import { sharedRoutes } from './shared-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { taskRoutes } from './task-routes.ts';
import { taskVerbRoutes } from './task-verb-routes.ts';
import { usageRoutes } from './usage-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';
import { webhooksOutRoutes } from './webhooks-out-routes.ts';

/** Every address of the Worker and who may call it. */
export const ROUTES: readonly Route[] = [
  ...healthRoutes,
  ...descriptionRoutes(() => ROUTES),
  ...setupRoutes,
  ...metricsRoutes,
  ...webhookRoutes,
  ...webhooksOutRoutes,
  ...signInRoutes,
  ...sessionRoutes,
  ...sessionLogRoutes,
  ...messageRoutes,
  ...attachmentRoutes,
  ...taskRoutes,
  ...taskVerbRoutes,
  ...questionRoutes,
  ...decisionRoutes,
  ...diffRoutes,
  ...gateRoutes,
  ...gateResultRoutes,
  ...jobRoutes,
  ...checkpointRoutes,
  ...runnerRoutes,
  ...queueRoutes,
  ...nowRoutes,
  ...repositoryRoutes,
  ...registrationRoutes,
  ...jobRunnerRoutes,
  ...deliveryRoutes,
  ...keyRoutes,
  ...memberRoutes,
  ...oidcRoutes,
  ...githubSignInRoutes,
  ...attentionRoutes,
  ...settingsRoutes,
  ...projectRoutes,
  ...promptRoutes,
  ...scheduleRoutes,
  ...scheduleRunRoutes,
  ...exportRoutes,
  ...sessionDocumentRoutes,
  ...usageRoutes,
  ...insightsRoutes,
  ...hookRoutes,
  ...auditRoutes,
  ...shareRoutes,
  ...sharedRoutes,
];
