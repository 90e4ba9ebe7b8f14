import {
  CHECKOUT_WORKERS,
  CHECKOUT_WORKERS_FROM_FILES,
  LOW_SPEED_BYTES,
  LOW_SPEED_SECONDS,
} from './git-limits.ts';

export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/** Which remote a command may talk to. Everything else is refused by git itself. */
export type Transport =
  | { kind: 'none' }
  | { kind: 'http'; url: string; token: string | null }
  /** Repositories that lie on this machine. */
  | { kind: 'file' };

/** What git needs of the machine: where programs and certificates are, and how to reach the network. */
const PASSED_THROUGH = [
  'PATH',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'HTTPS_PROXY',
  'https_proxy',
  'http_proxy',
  'ALL_PROXY',
  'all_proxy',
  'NO_PROXY',
  'no_proxy',
];

/**
 * Settings that outrank every file. A repository's own config can't turn them back, because settings from the
 * environment count as given on the command line.
 */
const HARDENED: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.protectHFS', 'true'],
  ['core.protectNTFS', 'true'],
  ['core.quotePath', 'false'],
  ['credential.helper', ''],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['push.recurseSubmodules', 'no'],
  // A clean-up in the control folder would see none of the mirror's refs and remove its objects.
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['transfer.credentialsInUrl', 'die'],
  // A redirect could lead to a server that was never meant to see the token.
  ['http.followRedirects', 'false'],
  ['http.lowSpeedLimit', String(LOW_SPEED_BYTES)],
  ['http.lowSpeedTime', String(LOW_SPEED_SECONDS)],
  ['push.gpgSign', 'false'],
  ['commit.gpgSign', 'false'],
  ['checkout.workers', String(CHECKOUT_WORKERS)],
  ['checkout.thresholdForParallelism', String(CHECKOUT_WORKERS_FROM_FILES)],
  ['advice.addEmbeddedRepo', 'false'],
  // Worktrees may belong to another user, as in a container with a mounted folder.
  ['safe.directory', '*'],
  ['protocol.allow', 'never'],
];

function transportSettings(transport: Transport): [string, string][] {
  switch (transport.kind) {
    case 'none':
      return [];
    case 'file':
      return [['protocol.file.allow', 'always']];
    case 'http': {
      const scheme = transport.url.startsWith('https:') ? 'https' : 'http';
      const settings: [string, string][] = [[`protocol.${scheme}.allow`, 'always']];
      if (transport.token !== null) {
        settings.push([`http.${transport.url}.extraHeader`, authorizationHeader(transport.token)]);
      }
      return settings;
    }
  }
}

/** GitHub takes installation tokens as the password of the user `x-access-token` (RFC 7617). */
export function authorizationHeader(token: string): string {
  return `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
}

/** What must never show in anything that git printed. */
export function secretsOf(transport: Transport): string[] {
  if (transport.kind !== 'http' || transport.token === null) return [];
  return [transport.token, Buffer.from(`x-access-token:${transport.token}`).toString('base64')];
}

/**
 * The whole environment of the runner's git: an allow-list of the machine's variables and settings that outrank
 * every config file. The token is in the environment only: never in an argument, a URL or a file.
 *
 * @param excludesFile ignore patterns that are not tracked, as `<repository>/info/exclude`
 */
export function gitEnvironment(
  host: HostEnvironment,
  transport: Transport,
  excludesFile = '/dev/null',
): Record<string, string> {
  const env: Record<string, string> = {
    // No home: it may hold .netrc, .gitconfig and .config/git.
    HOME: '/dev/null',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_PAGER: 'cat',
    GIT_EDITOR: ':',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
  };
  for (const name of PASSED_THROUGH) {
    const value = host[name];
    if (value !== undefined) env[name] = value;
  }
  const settings = [
    ...HARDENED,
    ['core.excludesFile', excludesFile] as const,
    ...transportSettings(transport),
  ];
  settings.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  env.GIT_CONFIG_COUNT = String(settings.length);
  return env;
}

/**
 * Variables for the git that Claude runs in a worktree: no hooks (a pull request brings its own), no prompts, and an
 * identity so that `git commit` works.
 */
export function claudeGitEnvironment(identity: { name: string; email: string }): Record<string, string> {
  return {
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'core.hooksPath',
    GIT_CONFIG_VALUE_0: '/dev/null',
    GIT_CONFIG_KEY_1: 'core.fsmonitor',
    GIT_CONFIG_VALUE_1: 'false',
  };
}
