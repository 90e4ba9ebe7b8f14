import { dirname, join } from 'node:path';

/** What git in a worktree needs of the repository that it is linked to. */
export type GitFolders = {
  /** What only the runner writes: the repository's HEAD, config and packed refs. */
  read: readonly string[];
  /** What a commit writes: objects, refs, logs, and this worktree's own HEAD and index. */
  write: readonly string[];
  /** What lies in there and would lead git to another repository's objects. */
  deny: readonly string[];
};

/** What one Claude process works on. */
export type SandboxPlace = {
  cwd: string;
  /** More folders that it may write to. */
  writable: readonly string[];
  /** More folders that it may read although they lie where reading is denied. */
  readable: readonly string[];
  /** Null: the folder is no worktree of the runner's. */
  git: GitFolders | null;
  /** A folder of this process alone. */
  temporary: string;
};

/** What the runner's sandboxes have in common. */
export type SandboxBase = {
  dataDir: string;
  /** Where Claude Code keeps its state. */
  configDir: string;
  /** The folder in `configDir` for transcripts of a working folder. */
  transcriptsOf: (cwd: string) => string;
  home: string;
  /** The operator's additions: files and folders that nobody but the runner reads. */
  denyRead: readonly string[];
  /** Variables that say which logins Claude itself needs. */
  env: Readonly<Record<string, string | undefined>>;
};

export type FilesystemRules = {
  denyRead: string[];
  allowRead: string[];
  allowWrite: string[];
  denyWrite: string[];
};

/** Folders of Claude Code's that hold nothing but what one process notes for itself. */
export const SCRATCH_FOLDERS: readonly string[] = [
  'debug',
  'file-history',
  'plans',
  'session-env',
  'sessions',
  'shell-snapshots',
  'statsig',
  'tasks',
  'todos',
];

/** Keys, logins and histories below a home folder. */
const HOME_SECRETS: readonly string[] = [
  '.ssh',
  '.gnupg',
  '.azure',
  '.kube',
  '.docker/config.json',
  '.config/gh',
  '.config/hub',
  '.config/git/credentials',
  '.git-credentials',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.pgpass',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.gem/credentials',
  '.terraform.d/credentials.tfrc.json',
  '.password-store',
  '.local/share/keyrings',
  '.config/google-chrome',
  '.config/chromium',
  '.mozilla',
  '.bash_history',
  '.zsh_history',
];

const SYSTEM_SECRETS: readonly string[] = [
  '/etc/shadow',
  '/etc/gshadow',
  '/etc/signalbox',
  '/run/secrets',
  '/run/credentials',
  '/var/run/secrets',
];

/** Hooks and settings of a repository in the folder itself run with the next git that somebody calls there. */
const GIT_TRAPS: readonly string[] = ['.git/hooks', '.git/config'];

/** Logins of cloud providers, readable where Claude reaches its model through them. */
function cloudSecrets({ env }: SandboxBase): string[] {
  const aws = env.CLAUDE_CODE_USE_BEDROCK === undefined ? ['.aws'] : [];
  const google = env.CLAUDE_CODE_USE_VERTEX === undefined ? ['.config/gcloud'] : [];
  return [...aws, ...google];
}

/**
 * What a Claude process may read and write. It reads the machine's programs and its own worktree, and nothing of the
 * runner's data folder, other sessions' transcripts, keys and logins; it writes in its worktree, its temporary folder,
 * its own transcripts and what a commit needs. Pure; what does not exist is left out by the sandbox itself.
 */
export function planFiles(base: SandboxBase, place: SandboxPlace): FilesystemRules {
  const { cwd, git, temporary, writable, readable } = place;
  const transcripts = base.transcriptsOf(cwd);
  const projects = dirname(transcripts);
  const scratch = SCRATCH_FOLDERS.map((name) => join(base.configDir, name));
  return {
    denyRead: [
      base.dataDir,
      projects,
      ...[...HOME_SECRETS, ...cloudSecrets(base)].map((name) => join(base.home, name)),
      ...SYSTEM_SECRETS,
      ...base.denyRead,
    ],
    allowRead: [
      cwd,
      transcripts,
      temporary,
      ...writable,
      ...readable,
      ...(git?.read ?? []),
      ...(git?.write ?? []),
    ],
    allowWrite: [cwd, transcripts, temporary, ...scratch, ...writable, ...(git?.write ?? [])],
    // The sandbox's own folder for temporary files is shared by all who use it.
    denyWrite: [
      '/tmp/claude',
      ...(git?.deny ?? []),
      ...[cwd, ...writable].flatMap((folder) => GIT_TRAPS.map((name) => join(folder, name))),
    ],
  };
}
