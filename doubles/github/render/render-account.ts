import type { JsonObject } from '../json.ts';
import type { Account } from '../model.ts';
import { timestamp, type World } from '../world.ts';

export const nodeId = (kind: string, id: number): string => Buffer.from(`${kind}:${id}`).toString('base64');

/** GitHub's `simple-user`. */
export function renderAccount(world: World, account: Account): JsonObject {
  const url = `${world.baseUrl}/users/${encodeURIComponent(account.login)}`;
  const page = account.type === 'Bot' ? `apps/${account.login.replace(/\[bot\]$/, '')}` : account.login;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `${world.baseUrl}/avatars/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${world.baseUrl}/${page}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** GitHub's `public-user`, as `GET /users/{username}` answers it. */
export function renderUserProfile(world: World, account: Account): JsonObject {
  const since = timestamp(world.app.createdAt);
  return {
    ...renderAccount(world, account),
    name: account.login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: since,
    updated_at: since,
  };
}

/** GitHub's `integration`: the App itself. */
export function renderApp(world: World): JsonObject {
  const { app } = world;
  const since = timestamp(app.createdAt);
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId('App', app.id),
    owner: renderAccount(world, world.owner),
    name: app.name,
    description: '',
    external_url: world.baseUrl,
    html_url: `${world.baseUrl}/apps/${app.slug}`,
    created_at: since,
    updated_at: since,
    permissions: app.permissions,
    events: app.events,
  };
}

/** `performed_via_github_app` of what the App itself wrote. */
export const viaApp = (world: World, written: { viaApp: boolean }): JsonObject | null =>
  written.viaApp ? renderApp(world) : null;

export function renderInstallation(world: World): JsonObject {
  const { app, owner } = world;
  const since = timestamp(app.createdAt);
  const url = `${world.baseUrl}/app/installations/${app.installationId}`;
  return {
    id: app.installationId,
    // GitHub's description of the list asks for the fields of a user and of an enterprise together.
    account: {
      ...renderAccount(world, owner),
      name: owner.login,
      slug: owner.login.toLowerCase(),
      created_at: since,
      updated_at: since,
    },
    repository_selection: 'selected',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${world.baseUrl}/installation/repositories`,
    html_url: `${world.baseUrl}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: owner.id,
    target_type: owner.type,
    permissions: app.permissions,
    events: app.events,
    created_at: since,
    updated_at: since,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
