import type { SessionView } from '../../protocol/session.ts';
import type { Belongs } from './reach.ts';

type Of = Pick<SessionView, 'account' | 'workspace' | 'repositories'>;

/** Whose a session is: its account's, and its repositories' where it works in any. */
export function belongsOf({ account, workspace, repositories = [] }: Of): Belongs {
  const repositoryId = workspace.type === 'github' ? workspace.repository.id : null;
  const others = repositories.map(({ repository }) => repository.id);
  return { account, repositoryId, ...(others.length === 0 ? {} : { others }) };
}
