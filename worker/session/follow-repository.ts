import type { Repository, Workspace } from '../../protocol/workspace.ts';
import type { SessionCore } from './session-core.ts';
import type { SessionRecord } from './session-record.ts';

/** The repository has another name, address or default branch: what is written and pushed from now on goes there. */
export function followRepository(
  core: SessionCore,
  repository: Repository,
  formerBranch: string | null,
): void {
  const { session } = core.memory;
  const moved = session === null ? null : withRepository(session, repository, formerBranch);
  if (moved !== null && moved !== session) core.change((unit) => unit.setSession(moved));
}

/** @returns the same session where it is about another repository */
export function withRepository(
  session: SessionRecord,
  repository: Repository,
  formerBranch: string | null,
): SessionRecord {
  const { workspace, thread, repositories = [] } = session;
  const isMain = workspace.type === 'github' && workspace.repository.id === repository.id;
  const isSide = repositories.some((side) => side.repository.id === repository.id);
  if (!isMain && !isSide && thread?.repository.id !== repository.id) return session;
  return {
    ...session,
    workspace: isMain ? followWorkspace(workspace, repository, formerBranch) : workspace,
    thread:
      thread === null || thread.repository.id !== repository.id
        ? thread
        : { ...thread, repository, url: thread.url.replace(thread.repository.htmlUrl, repository.htmlUrl) },
    ...(isSide
      ? {
          repositories: repositories.map((side) =>
            side.repository.id === repository.id
              ? { ...side, repository, base: renamed(side.base, repository, formerBranch) }
              : side,
          ),
        }
      : {}),
  };
}

function followWorkspace(
  workspace: Extract<Workspace, { type: 'github' }>,
  repository: Repository,
  formerBranch: string | null,
): Workspace {
  const { ref } = workspace;
  const at =
    ref.kind === 'branch'
      ? { ...ref, base: renamed(ref.base, repository, formerBranch) }
      : { ...ref, baseRef: renamed(ref.baseRef, repository, formerBranch) };
  return { ...workspace, repository, ref: at };
}

function renamed(branch: string, { defaultBranch }: Repository, former: string | null): string {
  return branch === former ? defaultBranch : branch;
}
