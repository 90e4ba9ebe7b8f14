import type { Refused } from '../contracts.ts';
import type { SessionRecord } from './session-record.ts';
import type { SessionUnit } from './session-unit.ts';
import { notOver, unfinishedTask } from './update-session.ts';

/** What stays of a session that was erased: where its last writes go, and which numbers are used up. */
export type Erased = { session: SessionRecord; lastTask: number };

/** @returns null when it may be erased */
export function refuseErasing(unit: Pick<SessionUnit, 'tasks'>): Refused | null {
  const unfinished = unfinishedTask(unit);
  return unfinished === null ? null : notOver(unfinished);
}

/** The session without anything that somebody wrote or that says what it was about. */
export function blankSession(session: SessionRecord): SessionRecord {
  const { id, key, account, source, createdAt, updatedAt } = session;
  return {
    ...{ id, key, account, source, createdAt, updatedAt },
    title: '',
    workspace: { type: 'local', path: '/' },
    thread: null,
    branch: null,
    claudeSessionId: null,
    runnerId: null,
  };
}
