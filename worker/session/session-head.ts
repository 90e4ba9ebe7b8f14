import type { AccountKey } from '../../protocol/ids.ts';
import { belongsOf } from '../access/session-belongs.ts';
import type { SessionRecord } from './session-record.ts';

/** What must be known of a session to say who may do something with it, and to write down that he did. */
export type SessionHead = { account: AccountKey; repositoryId: number | null; title: string };

export function headOf(session: SessionRecord | null): SessionHead | null {
  return session === null ? null : { ...belongsOf(session), title: session.title };
}
