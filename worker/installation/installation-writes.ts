import type { AccountKey, SessionId } from '../../protocol/ids.ts';
import type { AuditEnd, AuditIntent } from '../account/audit/audit-chain.ts';
import type { AttendedWrite } from '../contracts.ts';
import type { Reaction } from '../github/write-reaction.ts';
import type { GitHubThread, GitHubWrite, GitHubWriteResult } from '../github-write.ts';
import type { RecordRow } from '../record/rows.ts';
import { DEFAULT_LANE_POLICY, type LanePolicy } from '../storage/outbox-decide.ts';

/** What an installation's outbox holds. */
export type InstallationWrite =
  | { kind: 'github'; write: GitHubWrite; sessionId: SessionId | null }
  | { kind: 'reaction'; key: string; thread: GitHubThread; reaction: Reaction }
  | { kind: 'written'; sessionId: SessionId; result: GitHubWriteResult }
  | { kind: 'attended'; sessionId: SessionId; news: AttendedWrite }
  | { kind: 'audit'; account: AccountKey; intent: AuditIntent; end: AuditEnd }
  | { kind: 'record'; row: RecordRow };

export type InstallationPut = { lane: string; key: string; body: InstallationWrite; notBefore?: number };

const RECORD_LANE = 'record';
/** Begins the lanes of writes to GitHub: `github:<repository id>#<number>`. */
export const GITHUB_LANE = 'github:';
const RECORD_BATCH = 50;

/** About two hours, as for deliveries: the comment should come after an outage, with the newest state. */
export const GITHUB_LANE_POLICY: LanePolicy = { maxAttempts: 60, firstDelayMs: 500, maxDelayMs: 240_000 };

/** Sessions and the record are parts of this deployment: they come back, and must then learn everything. */
const OWN_LANE_POLICY: LanePolicy = { ...DEFAULT_LANE_POLICY, maxAttempts: Number.POSITIVE_INFINITY };

export function policyOf(lane: string): LanePolicy {
  return lane.startsWith(GITHUB_LANE) ? GITHUB_LANE_POLICY : OWN_LANE_POLICY;
}

export const batchSizeOf = (lane: string): number => (lane === RECORD_LANE ? RECORD_BATCH : 1);

/** Writes of one thread go out in order; those of another don't wait for them. */
function laneOf({ repository, issueNumber }: GitHubThread): string {
  return `${GITHUB_LANE}${repository.id}#${issueNumber}`;
}

export function githubPut(
  write: GitHubWrite,
  sessionId: SessionId | null,
  notBefore: number,
): InstallationPut {
  const body = { kind: 'github', write, sessionId } as const;
  return { lane: laneOf(write.thread), key: write.key, body, notBefore };
}

export function reactionPut(key: string, thread: GitHubThread, reaction: Reaction): InstallationPut {
  return { lane: laneOf(thread), key, body: { kind: 'reaction', key, thread, reaction } };
}

export function writtenPut(sessionId: SessionId, result: GitHubWriteResult): InstallationPut {
  return { lane: `session:${sessionId}`, key: result.key, body: { kind: 'written', sessionId, result } };
}

export function attendedPut(sessionId: SessionId, news: AttendedWrite): InstallationPut {
  return {
    lane: `session:${sessionId}`,
    key: `attended:${news.id}`,
    body: { kind: 'attended', sessionId, news },
  };
}

export function auditPut(account: AccountKey, intent: AuditIntent, end: AuditEnd): InstallationPut {
  return { lane: 'audit', key: intent.id, body: { kind: 'audit', account, intent, end } };
}

export function recordPut(key: string, row: RecordRow): InstallationPut {
  return { lane: RECORD_LANE, key, body: { kind: 'record', row } };
}
