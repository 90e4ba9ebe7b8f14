import type { JsonObject } from '../json.ts';
import type { Repository } from '../model.ts';
import { fullName, timestamp, type World } from '../world.ts';
import { nodeId, renderAccount } from './render-account.ts';

/** GitHub's addresses of a repository's parts, below its API address. */
const SUBRESOURCES: Record<string, string> = {
  archive_url: '{archive_format}{/ref}',
  assignees_url: 'assignees{/user}',
  blobs_url: 'git/blobs{/sha}',
  branches_url: 'branches{/branch}',
  collaborators_url: 'collaborators{/collaborator}',
  comments_url: 'comments{/number}',
  commits_url: 'commits{/sha}',
  compare_url: 'compare/{base}...{head}',
  contents_url: 'contents/{+path}',
  contributors_url: 'contributors',
  deployments_url: 'deployments',
  downloads_url: 'downloads',
  events_url: 'events',
  forks_url: 'forks',
  git_commits_url: 'git/commits{/sha}',
  git_refs_url: 'git/refs{/sha}',
  git_tags_url: 'git/tags{/sha}',
  hooks_url: 'hooks',
  issue_comment_url: 'issues/comments{/number}',
  issue_events_url: 'issues/events{/number}',
  issues_url: 'issues{/number}',
  keys_url: 'keys{/key_id}',
  labels_url: 'labels{/name}',
  languages_url: 'languages',
  merges_url: 'merges',
  milestones_url: 'milestones{/number}',
  notifications_url: 'notifications{?since,all,participating}',
  pulls_url: 'pulls{/number}',
  releases_url: 'releases{/id}',
  stargazers_url: 'stargazers',
  statuses_url: 'statuses/{sha}',
  subscribers_url: 'subscribers',
  subscription_url: 'subscription',
  tags_url: 'tags',
  teams_url: 'teams',
  trees_url: 'git/trees{/sha}',
};

export const apiUrl = (world: World, repository: Repository): string =>
  `${world.baseUrl}/repos/${fullName(repository)}`;

export const htmlUrl = (world: World, repository: Repository): string =>
  `${world.baseUrl}/${fullName(repository)}`;

export const cloneUrl = (world: World, repository: Repository): string => `${htmlUrl(world, repository)}.git`;

const COUNTERS = {
  forks: 0,
  forks_count: 0,
  network_count: 0,
  size: 1,
  stargazers_count: 0,
  subscribers_count: 0,
  watchers: 0,
  watchers_count: 0,
};

const FEATURES = {
  has_discussions: false,
  has_downloads: true,
  has_issues: true,
  has_pages: false,
  has_projects: false,
  has_wiki: false,
  is_template: false,
  web_commit_signoff_required: false,
};

/** GitHub's `full-repository`, which holds all that its `repository` and the webhooks' repository have. */
export function renderRepository(world: World, repository: Repository): JsonObject {
  const url = apiUrl(world, repository);
  const since = timestamp(repository.createdAt);
  const open = [...repository.issues.values()].filter((issue) => issue.state === 'open').length;
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    owner: renderAccount(world, repository.owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    fork: repository.fork,
    description: null,
    url,
    html_url: htmlUrl(world, repository),
    clone_url: cloneUrl(world, repository),
    git_url: cloneUrl(world, repository).replace(/^http/, 'git'),
    ssh_url: `git@${new URL(world.baseUrl).hostname}:${fullName(repository)}.git`,
    svn_url: htmlUrl(world, repository),
    ...Object.fromEntries(Object.entries(SUBRESOURCES).map(([name, path]) => [name, `${url}/${path}`])),
    ...COUNTERS,
    ...FEATURES,
    open_issues: open,
    open_issues_count: open,
    archived: false,
    disabled: false,
    default_branch: repository.defaultBranch,
    homepage: null,
    language: null,
    license: null,
    mirror_url: null,
    topics: [],
    created_at: since,
    updated_at: since,
    pushed_at: since,
  };
}
