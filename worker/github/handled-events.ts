/** What can hold a request. */
export const TRIGGER_EVENTS = [
  'issues.opened',
  'issue_comment.created',
  'pull_request.opened',
  'pull_request_review.submitted',
  'pull_request_review_comment.created',
  'issues.labeled',
  'issues.assigned',
  'pull_request.labeled',
  'pull_request.assigned',
  'pull_request.ready_for_review',
] as const;
export type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

/** A pull request has a head that it did not have. So has one that is opened, which is a trigger, too. */
export const HEAD_EVENTS = ['pull_request.synchronize', 'pull_request.reopened'] as const;

/** What changes which repositories we can reach; each with all its actions. */
export const ACCOUNT_EVENTS = ['installation', 'installation_repositories', 'repository'] as const;
export type AccountEvent = (typeof ACCOUNT_EVENTS)[number];

/** What may change a repository's own settings. */
export const PUSH_EVENT = 'push';

/** Somebody pressed a button of a check run, or asked for it to be run again. */
export const ACTION_EVENT = 'check_run.requested_action';
export const CHECK_AGAIN_EVENT = 'check_run.rerequested';

/** Somebody asked for all checks of a commit to be run again. */
export const CHECKS_AGAIN_EVENT = 'check_suite.rerequested';

/** The checks of an App on a commit have ended. */
export const CHECKS_EVENT = 'check_suite.completed';

/** Something that reports in commit statuses has said how it goes. */
export const STATUS_EVENT = 'status';

export const HANDLED_EVENTS: readonly string[] = [
  ...TRIGGER_EVENTS,
  ...HEAD_EVENTS,
  ...ACCOUNT_EVENTS,
  PUSH_EVENT,
  ACTION_EVENT,
  CHECKS_EVENT,
  CHECK_AGAIN_EVENT,
  CHECKS_AGAIN_EVENT,
  STATUS_EVENT,
];
