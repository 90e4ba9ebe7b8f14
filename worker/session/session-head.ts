import type { AccountKey } from '../../protocol/ids.ts';
import { belongsOf } from '../access/session-belongs.ts';
import { type GitHubPlace, taskPlaceOf } from '../repository-config/github-place.ts';
import type { SessionRecord } from './session-record.ts';

/** What must be known of a session to say who may do something with it, and to write down that he did. */
export type SessionHead = {
  account: AccountKey;
  repositoryId: number | null;
  /** More repositories that it shows. */
  others?: readonly number[];
  title: string;
  /** Where its repository's own file is read; null where it works in none, or the App is not known to reach it. */
  github: GitHubPlace | null;
  projectId: string | null;
};

export function headOf(session: SessionRecord | null): SessionHead | null {
  if (session === null) return null;
  return { ...belongsOf(session), title: session.title, ...taskPlaceOf(session) };
}
