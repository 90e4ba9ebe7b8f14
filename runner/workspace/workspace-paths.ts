import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { WorkspaceSpec } from './workspace-types.ts';

/**
 * Where a session's files are: a function of the session and its project, the same at every resume, because Claude
 * Code looks sessions up by their working directory. Never shared with another session.
 */
export function sessionFolder(dataDir: string, spec: WorkspaceSpec): string {
  const { workspace } = spec;
  switch (workspace.type) {
    case 'github':
      return join(dataDir, 'worktrees', spec.sessionId, workspace.repository.name);
    case 'worktree':
      return join(dataDir, 'worktrees', spec.sessionId, basename(workspace.path) || 'project');
    case 'local':
      return workspace.path;
    case 'e2b':
      return join(dataDir, 'worktrees', spec.sessionId, 'project');
  }
}

/** Names the project of a session for its whole life; a GitHub repository by its id, which survives renames. */
export function projectName(spec: WorkspaceSpec): string {
  const { workspace } = spec;
  switch (workspace.type) {
    case 'github':
      return `github:${workspace.repository.id}`;
    case 'worktree':
    case 'local':
      return `${workspace.type}:${workspace.path}`;
    case 'e2b':
      return `e2b:${workspace.template}`;
  }
}

/** The runner's own git folder for a project on this machine. */
export function localControlDir(dataDir: string, path: string): string {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 24);
  return join(dataDir, 'control', `local-${name}.git`);
}
