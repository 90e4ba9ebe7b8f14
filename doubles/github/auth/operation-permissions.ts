import type { Access, Issue } from '../model.ts';
import type { OperationId } from '../openapi/operation-ids.ts';

export type Need =
  /** Only the App itself, by its JWT. */
  | { kind: 'app' }
  /** Any token. */
  | { kind: 'token' }
  /** Nothing at all. */
  | { kind: 'anybody' }
  | { kind: 'permission'; name: string; access: Access }
  /** `issues` on an issue; `issues` or `pull_requests` on a pull request. */
  | { kind: 'conversation'; access: Access };

const APP: Need = { kind: 'app' };
const TOKEN: Need = { kind: 'token' };
const ANYBODY: Need = { kind: 'anybody' };
const read = (name: string): Need => ({ kind: 'permission', name, access: 'read' });
const write = (name: string): Need => ({ kind: 'permission', name, access: 'write' });
const CONVERSATION_READ: Need = { kind: 'conversation', access: 'read' };
const CONVERSATION_WRITE: Need = { kind: 'conversation', access: 'write' };

/** Permissions as GitHub's page "Permissions required for GitHub Apps" lists them. */
export const OPERATION_NEEDS: Record<OperationId, Need> = {
  'actions/download-job-logs-for-workflow-run': read('actions'),
  'apps/create-from-manifest': ANYBODY,
  'apps/create-installation-access-token': APP,
  'apps/get-authenticated': APP,
  'apps/get-installation': APP,
  'apps/get-repo-installation': APP,
  'apps/get-webhook-delivery': APP,
  'apps/list-installation-repos-for-authenticated-user': TOKEN,
  'apps/list-installations': APP,
  'apps/list-installations-for-authenticated-user': TOKEN,
  'apps/list-repos-accessible-to-installation': TOKEN,
  'apps/list-webhook-deliveries': APP,
  'apps/redeliver-webhook-delivery': APP,
  'apps/revoke-installation-access-token': TOKEN,
  'checks/create': write('checks'),
  'checks/get': read('checks'),
  'checks/list-annotations': read('checks'),
  'checks/list-for-ref': read('checks'),
  'checks/update': write('checks'),
  'git/create-commit': write('contents'),
  'git/create-ref': write('contents'),
  'git/delete-ref': write('contents'),
  'git/get-commit': read('contents'),
  'git/get-ref': read('contents'),
  'git/update-ref': write('contents'),
  'issues/add-labels': CONVERSATION_WRITE,
  'issues/create': write('issues'),
  'issues/create-comment': CONVERSATION_WRITE,
  'issues/delete-comment': CONVERSATION_WRITE,
  'issues/get': CONVERSATION_READ,
  'issues/get-comment': CONVERSATION_READ,
  'issues/list-comments': CONVERSATION_READ,
  'issues/list-comments-for-repo': read('issues'),
  'issues/list-for-repo': read('issues'),
  'issues/list-labels-on-issue': CONVERSATION_READ,
  'issues/remove-label': CONVERSATION_WRITE,
  'issues/update': CONVERSATION_WRITE,
  'issues/update-comment': CONVERSATION_WRITE,
  'orgs/get-membership-for-authenticated-user': TOKEN,
  'pulls/create': write('pull_requests'),
  'pulls/create-reply-for-review-comment': write('pull_requests'),
  'pulls/create-review': write('pull_requests'),
  'pulls/create-review-comment': write('pull_requests'),
  'pulls/get': read('pull_requests'),
  'pulls/get-review': read('pull_requests'),
  'pulls/get-review-comment': read('pull_requests'),
  'pulls/list': read('pull_requests'),
  'pulls/list-commits': read('pull_requests'),
  'pulls/list-files': read('pull_requests'),
  'pulls/list-review-comments': read('pull_requests'),
  'pulls/list-reviews': read('pull_requests'),
  'pulls/update': write('pull_requests'),
  'rate-limit/get': ANYBODY,
  'reactions/create-for-issue': CONVERSATION_WRITE,
  'reactions/create-for-issue-comment': CONVERSATION_WRITE,
  'reactions/create-for-pull-request-review-comment': write('pull_requests'),
  'reactions/delete-for-issue': CONVERSATION_WRITE,
  'reactions/delete-for-issue-comment': CONVERSATION_WRITE,
  'reactions/delete-for-pull-request-comment': write('pull_requests'),
  'reactions/list-for-issue': CONVERSATION_READ,
  'reactions/list-for-issue-comment': CONVERSATION_READ,
  'reactions/list-for-pull-request-review-comment': read('pull_requests'),
  'repos/compare-commits': read('contents'),
  'repos/create-commit-status': write('statuses'),
  'repos/get': read('metadata'),
  'repos/get-branch': read('contents'),
  'repos/get-collaborator-permission-level': read('metadata'),
  'repos/get-commit': read('contents'),
  'repos/get-content': read('contents'),
  'repos/list-branches': read('contents'),
  'repos/list-commits': read('contents'),
  'users/get-authenticated': TOKEN,
  'users/get-by-username': ANYBODY,
};

/** The permissions of which one suffices, for a need on this issue or pull request. */
export function acceptedPermissions(
  need: Need & { kind: 'permission' | 'conversation' },
  issue?: Issue,
): string[] {
  if (need.kind === 'permission') return [need.name];
  return issue?.pull ? ['issues', 'pull_requests'] : ['issues'];
}
