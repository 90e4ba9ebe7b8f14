import { ACTION_EVENT, HANDLED_EVENTS } from '../github/handled-events.ts';

/** The least that works; docs/github-app.md says what each is for. */
export const APP_PERMISSIONS = {
  metadata: 'read',
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  actions: 'read',
  statuses: 'read',
  members: 'read',
} as const;

/** GitHub sends these to every App, and the buttons of a check run to the App that made it: nobody subscribes to them. */
const UNASKED = ['installation', 'installation_repositories', ACTION_EVENT.split('.', 1)[0]];

/** What the App subscribes to: what its handlers are for, and nothing else. */
export const APP_EVENTS: readonly string[] = [
  ...new Set(HANDLED_EVENTS.map((name) => name.split('.', 1)[0] ?? name)),
].filter((event) => !UNASKED.includes(event));

export const SETUP_PATHS = {
  page: '/setup',
  signIn: '/setup/sign-in',
  /** Where GitHub sends the browser back to. */
  back: '/setup/github',
  created: '/setup/github/created',
  forget: '/setup/github/forget',
  runner: '/setup/runner',
  style: '/setup/style.css',
  script: '/setup/steps.js',
} as const;

/** GitHub refuses longer names of Apps. */
export const MAX_APP_NAME_CHARS = 34;

/**
 * What GitHub makes the App of.
 *
 * @see https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function appManifest(publicUrl: string, name: string) {
  const back = `${publicUrl}${SETUP_PATHS.back}`;
  return {
    name: name.slice(0, MAX_APP_NAME_CHARS),
    url: publicUrl,
    description: 'Works on issues and pull requests with Claude Code on your own machines.',
    hook_attributes: { url: `${publicUrl}/api/github/webhooks`, active: true },
    redirect_url: back,
    setup_url: back,
    callback_urls: [`${publicUrl}/api/sign-in/github/callback`],
    request_oauth_on_install: false,
    setup_on_update: false,
    public: false,
    default_permissions: APP_PERMISSIONS,
    default_events: APP_EVENTS,
  };
}

/** An App belongs to a person or to an organization; GitHub has a page for each. */
export function newAppUrl(webUrl: string, organization: string | null, state: string): string {
  const path =
    organization === null
      ? '/settings/apps/new'
      : `/organizations/${encodeURIComponent(organization)}/settings/apps/new`;
  return `${webUrl}${path}?${new URLSearchParams({ state })}`;
}

/** GitHub can send nothing to an address that only this machine or its network has. */
export function isReachableByGitHub(publicUrl: string): boolean {
  const { hostname } = new URL(publicUrl);
  const isLocal = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)|\.(local|internal)$/.test(
    hostname,
  );
  return !isLocal;
}
