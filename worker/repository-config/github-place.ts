import type { NewSession } from '../contracts.ts';
import type { Named } from './repository-configs.ts';

/** A repository, and the installation through which the App reaches it. */
export type GitHubPlace = { installationId: number; repository: Named };

/** What else than its request decides about a session's task. */
export type TaskPlace = { github: GitHubPlace | null; projectId: string | null };

export function taskPlaceOf(session: Placed & Pick<NewSession, 'project'>): TaskPlace {
  return { github: gitHubPlaceOf(session), projectId: session.project?.id ?? null };
}

type Placed = Pick<NewSession, 'workspace' | 'thread' | 'installationId'>;

/** Null for a session in no repository, and for one whose installation is not known. */
function gitHubPlaceOf({ workspace, thread, installationId }: Placed): GitHubPlace | null {
  const through = thread?.installationId ?? installationId ?? null;
  if (workspace.type !== 'github' || through === null) return null;
  const { id, owner, name } = workspace.repository;
  return { installationId: through, repository: { id, owner, name } };
}
