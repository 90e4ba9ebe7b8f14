import type { OpenedWorktree } from './opened-worktree.ts';
import type { ProjectAccess } from './project-access.ts';
import type { SessionHandle } from './session-handle.ts';
import type { WorkspaceRecord } from './workspace-record.ts';
import type { WorkspaceDeps } from './workspace-types.ts';

export type WorktreeParts = {
  deps: WorkspaceDeps;
  access: ProjectAccess;
  handle: SessionHandle;
  session: { sessionId: string; taskNumber: number; branch: string; folder: string; project: string };
  type: WorkspaceRecord['type'];
  /** What is known from before, when the session was here already. */
  record: WorkspaceRecord | null;
};

/** The filled state: what every later operation needs, but for its signal and time. */
export type Ready = Omit<OpenedWorktree, 'context' | 'nowMs'>;
