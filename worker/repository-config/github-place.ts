import type { NewSession } from '../contracts.ts';
import type { Named } from './repository-configs.ts';

/** A repository, and the installation through which the App reaches it. */
export type GitHubPlace = { installationId: number; repository: Named };

/** Null for a session in no repository, and for one whose installation is not known. */
export function gitHubPlaceOf({
  workspace,
  thread,
  installationId,
}: Pick<NewSession, 'workspace' | 'thread' | 'installationId'>): GitHubPlace | null {
  const through = thread?.installationId ?? installationId ?? null;
  if (workspace.type !== 'github' || through === null) return null;
  const { id, owner, name } = workspace.repository;
  return { installationId: through, repository: { id, owner, name } };
}
