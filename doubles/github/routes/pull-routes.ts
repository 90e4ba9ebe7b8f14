import { z } from 'zod';
import { listCommits } from '../git/read-commits.ts';
import { diffFiles, diffText } from '../git/read-diff.ts';
import { branchHead } from '../git/read-refs.ts';
import type { PullIssue, Repository } from '../model.ts';
import { validationFailed } from '../refusal.ts';
import { renderCommit, renderFileDiff } from '../render/render-commit.ts';
import { readPullRefs, renderPull, renderPullSimple } from '../render/render-pull.ts';
import { findRepository, isPull, pullOf, type World } from '../world.ts';
import { changeIssue } from '../write-conversation.ts';
import { openPull } from '../write-pulls.ts';
import {
  actorOf,
  actsAsApp,
  created,
  ok,
  onRepository,
  paged,
  parseBody,
  type RepositoryCall,
  type RestAnswer,
  type Routes,
} from './rest-call.ts';

const newPull = z.object({
  title: z.string({ error: 'Missing "title": this double opens no pull request from an issue.' }),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().default(false),
});
const pullChange = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});

export const subjectPull = (call: RepositoryCall): PullIssue =>
  pullOf(call.repository, call.params.pull_number ?? '');

/** `branch` of the repository itself, or `owner:branch` of its fork network. */
function headRepositoryOf(
  world: World,
  repository: Repository,
  head: string,
): { owner: Repository; ref: string } {
  const colon = head.indexOf(':');
  if (colon < 0) return { owner: repository, ref: head };
  const owner = findRepository(world, head.slice(0, colon), repository.name);
  if (!owner) throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  return { owner, ref: head.slice(colon + 1) };
}

async function createPull(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const written = parseBody(call, newPull);
  const { owner, ref } = headRepositoryOf(world, repository, written.head);
  const writer = { account: actorOf(call), viaApp: actsAsApp(call) };
  const issue = await openPull(world, repository, writer, {
    title: written.title,
    body: written.body ?? null,
    baseRef: written.base,
    headRef: ref,
    headRepository: owner,
    draft: written.draft,
    maintainerCanModify: written.maintainer_can_modify,
  });
  return created(await renderPull(world, repository, issue));
}

function listPulls(call: RepositoryCall): Promise<RestAnswer> {
  const { searchParams } = call.url;
  const state = searchParams.get('state') ?? 'open';
  const head = searchParams.get('head');
  const base = searchParams.get('base');
  const pulls = [...call.repository.issues.values()]
    .filter(isPull)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter(({ pull }) => base === null || pull.baseRef === base)
    .filter(({ pull }) => head === null || head === `${pull.headRepository.owner.login}:${pull.headRef}`);
  // GitHub lists the newest first unless another sort is asked for.
  if (searchParams.get('direction') !== 'asc') pulls.reverse();
  return paged(call, pulls, (issue) => renderPullSimple(call.world, call.repository, issue));
}

async function getPull(call: RepositoryCall): Promise<RestAnswer> {
  const issue = subjectPull(call);
  if (call.accept.includes('.diff')) {
    const refs = await readPullRefs(call.repository, issue);
    return {
      kind: 'text',
      status: 200,
      text: await diffText(call.repository.gitDir, refs.mergeBaseSha, refs.headSha),
    };
  }
  return ok(await renderPull(call.world, call.repository, issue));
}

async function updatePull(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const issue = subjectPull(call);
  const { base, title, body, state } = parseBody(call, pullChange);
  if (base !== undefined) {
    if ((await branchHead(repository.gitDir, base)) === undefined) {
      throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
    }
    issue.pull.baseRef = base;
  }
  const change = {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { body }),
    ...(state && { state }),
  };
  await changeIssue(world, repository, issue, change, actorOf(call));
  return ok(await renderPull(world, repository, issue));
}

async function listFiles(call: RepositoryCall): Promise<RestAnswer> {
  const { repository } = call;
  const refs = await readPullRefs(repository, subjectPull(call));
  const files = await diffFiles(repository.gitDir, refs.mergeBaseSha, refs.headSha);
  return paged(call, files, (file) => renderFileDiff(call.world, repository, refs.headSha, file));
}

async function listPullCommits(call: RepositoryCall): Promise<RestAnswer> {
  const { repository } = call;
  const refs = await readPullRefs(repository, subjectPull(call));
  const commits = await listCommits(repository.gitDir, `${refs.baseSha}..${refs.headSha}`, ['--reverse']);
  return paged(call, commits, (commit) => renderCommit(call.world, repository, commit));
}

export const pullRoutes = {
  'pulls/create': onRepository(createPull),
  'pulls/list': onRepository(listPulls),
  'pulls/get': onRepository(getPull),
  'pulls/update': onRepository(updatePull),
  'pulls/list-files': onRepository(listFiles),
  'pulls/list-commits': onRepository(listPullCommits),
} satisfies Routes;
