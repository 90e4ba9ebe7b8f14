import type { SessionView } from '../../protocol/session.ts';
import type { Belongs } from './reach.ts';

/** Whose a session is: its account's, and its repository's where it works in one. */
export function belongsOf({ account, workspace }: Pick<SessionView, 'account' | 'workspace'>): Belongs {
  return { account, repositoryId: workspace.type === 'github' ? workspace.repository.id : null };
}
