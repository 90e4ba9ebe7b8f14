import { writeFile } from 'node:fs/promises';
import examples from '@octokit/webhooks-examples' with { type: 'json' };

/*
 * Writes the few published webhook payloads that the Worker's tests start from. The package holds 10 MB, more than
 * a test in workerd can load. Run it again after an update of the package: `node scripts/make-webhook-slice.ts`.
 */

const WANTED = [
  'issues.opened',
  'issues.labeled',
  'issues.assigned',
  'issue_comment.created',
  'issue_comment.edited',
  'pull_request.opened',
  'pull_request.closed',
  'pull_request.reopened',
  'pull_request.labeled',
  'pull_request.assigned',
  'pull_request.ready_for_review',
  'pull_request.synchronize',
  'pull_request_review.submitted',
  'pull_request_review_comment.created',
  'check_suite.completed',
  'check_suite.rerequested',
  'check_run.rerequested',
  'check_run.requested_action',
  'installation.created',
  'installation.deleted',
  'installation.suspend',
  'installation.unsuspend',
  'installation_repositories.added',
  'installation_repositories.removed',
  'repository.renamed',
  'repository.edited',
  'repository.transferred',
  'star.created',
  'status',
];

const TARGET = new URL('../worker/installation/testing/webhook-slice.json', import.meta.url);

const slice = Object.fromEntries(
  WANTED.map((name) => {
    const [event, action] = name.split('.');
    const found = examples
      .find((candidate) => candidate.name === event)
      ?.examples.find((example) => ('action' in example ? example.action : undefined) === action);
    if (found === undefined) throw new Error(`@octokit/webhooks-examples has no example of ${name}.`);
    return [name, found];
  }),
);
await writeFile(TARGET, `${JSON.stringify(slice, null, 2)}\n`);
