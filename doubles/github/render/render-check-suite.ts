import { listRefs } from '../git/read-refs.ts';
import type { JsonObject } from '../json.ts';
import type { CheckRun, PullIssue, Repository } from '../model.ts';
import { isPull, timestamp, type World } from '../world.ts';
import { nodeId } from './render-account.ts';
import { appOf, checkSuiteId, renderCheckRun } from './render-check-run.ts';
import { readPullRefs } from './render-pull.ts';
import { apiUrl } from './render-repository.ts';

async function renderMinimalPull(
  world: World,
  repository: Repository,
  issue: PullIssue,
): Promise<JsonObject> {
  const refs = await readPullRefs(repository, issue);
  const repo = { id: repository.id, url: apiUrl(world, repository), name: repository.name };
  return {
    id: issue.pull.id,
    number: issue.number,
    url: `${apiUrl(world, repository)}/pulls/${issue.number}`,
    head: { ref: issue.pull.headRef, sha: refs.headSha, repo },
    base: { ref: issue.pull.baseRef, sha: refs.baseSha, repo },
  };
}

/** A check run as its webhook tells it: with the branch and the pull requests whose head it looked at. */
export async function renderCheckRunEvent(
  world: World,
  repository: Repository,
  run: CheckRun,
): Promise<JsonObject> {
  // Rendered before git is asked, so that the event tells of the run as it was.
  const rendered = renderCheckRun(world, repository, run);
  const branches = (await listRefs(repository.gitDir, 'refs/heads'))
    .filter(({ sha }) => sha === run.headSha)
    .map(({ name }) => name.replace('refs/heads/', ''));
  const pulls = [...repository.issues.values()]
    .filter(isPull)
    .filter(({ state, pull }) => state === 'open' && pull.headRepository === repository)
    .filter(({ pull }) => branches.includes(pull.headRef));
  const pullRequests = await Promise.all(pulls.map((issue) => renderMinimalPull(world, repository, issue)));
  const id = checkSuiteId(run.headSha);
  const since = timestamp(run.startedAt ?? world.now());
  return {
    ...rendered,
    pull_requests: pullRequests,
    check_suite: {
      id,
      node_id: nodeId('CheckSuite', id),
      head_branch:
        pulls[0]?.pull.headRef ??
        branches.find((name) => name !== repository.defaultBranch) ??
        branches[0] ??
        null,
      head_sha: run.headSha,
      status: run.status,
      conclusion: run.conclusion,
      url: `${apiUrl(world, repository)}/check-suites/${id}`,
      before: null,
      after: null,
      pull_requests: pullRequests,
      app: appOf(world, run),
      created_at: since,
      updated_at: since,
    },
  };
}
