import { workspaceFailure } from '../describe-failure.ts';
import type { SessionWorkspace, WorkspaceFailure, WorkspaceSpec } from '../workspace-types.ts';
import type { WorktreeSession } from '../worktree-session.ts';
import { SessionGroup, type Side } from './session-group.ts';
import { sideSessionId } from './side-session-id.ts';

type Made = { ok: true; workspace: SessionWorkspace; worktree?: WorktreeSession };

/** Takes the worktrees that lie beside a session's own, all or none. */
export async function reserveSides(
  reserve: (spec: WorkspaceSpec) => Promise<Made | WorkspaceFailure>,
  main: Made,
  { sessionId, taskNumber, sides = [] }: WorkspaceSpec,
): Promise<{ ok: true; workspace: SessionWorkspace } | WorkspaceFailure> {
  const taken: Side[] = [];
  const giveBack = async (failure: WorkspaceFailure): Promise<WorkspaceFailure> => {
    await Promise.all(
      [main.workspace, ...taken.map(({ workspace }) => workspace)].map((one) => one.release()),
    );
    return failure;
  };
  if (main.worktree === undefined) {
    const message = `${main.workspace.path} is a folder as it is: no other repositories can lie beside it`;
    return giveBack(workspaceFailure('worktree_failed', 'unsupported', message));
  }
  for (const { repository, access, base, branch } of sides) {
    const id = sideSessionId(sessionId, repository.id);
    const made = await reserve({
      sessionId: id,
      taskNumber,
      workspace: { type: 'github', repository, ref: { kind: 'branch', base } },
      branch: access === 'write' ? branch : `signalbox-read/${id}`,
      readOnly: access === 'read',
    });
    if (!made.ok) return giveBack(made);
    if (made.worktree === undefined) throw new Error(`${repository.name} got no worktree`);
    const task = { sessionId: id, taskNumber };
    taken.push({
      repository,
      access,
      branch: access === 'write' ? made.worktree.branch : null,
      workspace: made.worktree,
      task,
    });
  }
  return { ok: true, workspace: new SessionGroup(main.worktree, taken) };
}
