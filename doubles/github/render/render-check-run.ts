import type { JsonObject } from '../json.ts';
import type { CheckRun, CommitStatus, Repository } from '../model.ts';
import { timestamp, type World } from '../world.ts';
import { nodeId, renderAccount, renderApp } from './render-account.ts';
import { apiUrl, htmlUrl } from './render-repository.ts';

const optionalTime = (ms: number | null): string | null => (ms === null ? null : timestamp(ms));

/** One suite a commit, so its id follows from the SHA. */
export const checkSuiteId = (sha: string): number => Number.parseInt(sha.slice(0, 8), 16);

/** GitHub's own App, whose check runs are jobs of workflows. */
const ACTIONS_APP = { id: 15_368, slug: 'github-actions', name: 'GitHub Actions' };

export const appOf = (world: World, run: CheckRun): JsonObject =>
  run.job === undefined ? renderApp(world) : { ...renderApp(world), ...ACTIONS_APP };

/** GitHub's `check-run`. One check suite stands for all runs of a commit. */
export function renderCheckRun(world: World, repository: Repository, run: CheckRun): JsonObject {
  const url = `${apiUrl(world, repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId('CheckRun', run.id),
    name: run.name,
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${htmlUrl(world, repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: optionalTime(run.startedAt),
    completed_at: optionalTime(run.completedAt),
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: checkSuiteId(run.headSha) },
    app: appOf(world, run),
    pull_requests: [],
  };
}

/** GitHub's `check-annotation`. */
export function renderAnnotation(
  world: World,
  repository: Repository,
  run: CheckRun,
  written: JsonObject,
): JsonObject {
  return {
    start_column: null,
    end_column: null,
    title: null,
    raw_details: null,
    ...written,
    blob_href: `${htmlUrl(world, repository)}/blob/${run.headSha}/${String(written.path)}`,
  };
}

/** GitHub's `status` of a commit. */
export function renderStatus(world: World, repository: Repository, status: CommitStatus): JsonObject {
  const since = timestamp(status.createdAt);
  return {
    id: status.id,
    node_id: nodeId('Status', status.id),
    url: `${apiUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: `${world.baseUrl}/avatars/${status.creator.id}`,
    state: status.state,
    context: status.context,
    description: status.description,
    target_url: status.targetUrl,
    creator: renderAccount(world, status.creator),
    created_at: since,
    updated_at: since,
  };
}
