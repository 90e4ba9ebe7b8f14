import { join } from 'node:path';
import { gitEnvironment, type HostEnvironment, secretsOf, type Transport } from './git-environment.ts';
import { LOCAL_DEADLINE_MS } from './git-limits.ts';
import { type GitOptions, type GitResult, runGit } from './run-git.ts';

/** What every git operation of the runner needs from outside. */
export type GitContext = {
  host: HostEnvironment;
  signal?: AbortSignal;
  gitPath?: string;
};

/**
 * A repository as the runner sees it.
 *
 * `commonDir` is what worktrees are linked to: the bare mirror, or the `.git` folder of a local repository. Claude's
 * git writes there too, config included, so the runner trusts none of its settings. `controlDir` is a git folder of
 * the runner alone with a config of its own; commands run in it read and write `commonDir`'s objects through
 * `GIT_OBJECT_DIRECTORY`. Everything that takes a token or looks at files of a worktree runs there: a filter, an
 * `insteadOf`, a proxy or an include planted in the shared config is never read.
 */
export type GitRepository = {
  commonDir: string;
  controlDir: string;
  /** Ignore patterns that are not tracked; `info/exclude` of `commonDir` when not given. */
  excludesFile?: string;
};

/** Files of a worktree and the index that describes them. */
export type WorkFiles = { folder: string; indexFile: string };

export type CommandOptions = Partial<
  Pick<GitOptions, 'deadlineMs' | 'input' | 'encoding' | 'maxStdoutBytes' | 'overflow'>
> & {
  transport?: Transport;
  env?: Record<string, string>;
};

export type GitCommand = (args: readonly string[], options?: CommandOptions) => Promise<GitResult>;

const NO_TRANSPORT: Transport = { kind: 'none' };

function command(
  context: GitContext,
  at: { cwd: string; env: Record<string, string>; excludesFile?: string },
): GitCommand {
  return (args, options = {}) => {
    const { transport = NO_TRANSPORT, env = {}, deadlineMs = LOCAL_DEADLINE_MS, ...rest } = options;
    return runGit(args, {
      ...rest,
      cwd: at.cwd,
      env: { ...gitEnvironment(context.host, transport, at.excludesFile), ...at.env, ...env },
      deadlineMs,
      secrets: secretsOf(transport),
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      ...(context.gitPath === undefined ? {} : { gitPath: context.gitPath }),
    });
  };
}

/**
 * git in the shared folder, for refs and worktree links only: nothing here may run a filter or talk to a server.
 * The working folder marks the process, so that the owner of a lock file can be found.
 */
export function inRepository(context: GitContext, repository: GitRepository): GitCommand {
  return command(context, { cwd: repository.commonDir, env: { GIT_DIR: repository.commonDir } });
}

/** git in the control folder, on the repository's objects and, where given, on the files of a worktree. */
export function inControl(context: GitContext, repository: GitRepository, files?: WorkFiles): GitCommand {
  const env: Record<string, string> = {
    GIT_DIR: repository.controlDir,
    GIT_OBJECT_DIRECTORY: join(repository.commonDir, 'objects'),
  };
  if (files !== undefined) {
    env.GIT_WORK_TREE = files.folder;
    env.GIT_INDEX_FILE = files.indexFile;
  }
  return command(context, {
    cwd: files?.folder ?? repository.controlDir,
    env,
    excludesFile: repository.excludesFile ?? join(repository.commonDir, 'info', 'exclude'),
  });
}
