import type { GitHubWrite } from '../contracts.ts';
import type { RecordRow } from '../record/rows.ts';
import type { LanePolicy } from '../storage/outbox-decide.ts';

/** What a session's outbox holds. Jobs are built when they are sent, from what is known then. */
export type SessionWrite =
  | { kind: 'record'; row: RecordRow }
  | { kind: 'github'; write: GitHubWrite }
  | { kind: 'enqueue'; taskNumber: number }
  | { kind: 'release'; taskNumber: number; epoch: number }
  | { kind: 'withdraw'; taskNumber: number; reason: string }
  | { kind: 'end_git_access'; taskNumber: number; epoch: number }
  /** Built when it is sent: what is stuck at that moment. */
  | { kind: 'attention' };

export type SessionPut = { lane: string; key: string; body: SessionWrite };

export const RECORD_LANE = 'record';
export const ATTENTION_LANE = 'attention';

/** One statement each in one round trip; far below libSQL's limits. */
const RECORD_BATCH = 100;

/**
 * Building and sending the record's statements takes this thread some milliseconds: the answer to whoever made the
 * change, the job and the frames go first.
 */
const RECORD_DELAY_MS = 10;

export const sessionDelayMs = (lane: string): number => (lane === RECORD_LANE ? RECORD_DELAY_MS : 0);

export const sessionBatchSize = (lane: string): number => (lane === RECORD_LANE ? RECORD_BATCH : 1);

/**
 * All lanes lead to parts of this deployment: they come back, and must then learn everything. The longest wait is
 * what people wait for the record after its database is back.
 */
export const SESSION_LANE_POLICY: LanePolicy = {
  maxAttempts: Number.POSITIVE_INFINITY,
  firstDelayMs: 100,
  maxDelayMs: 30_000,
};

export function recordPut(key: string, row: RecordRow): SessionPut {
  return { lane: RECORD_LANE, key, body: { kind: 'record', row } };
}

export function githubPut(write: GitHubWrite): SessionPut {
  return { lane: 'github', key: write.key, body: { kind: 'github', write } };
}

/** Tells the account's list what of this session is stuck. */
export function attentionPut(): SessionPut {
  return { lane: ATTENTION_LANE, key: 'report', body: { kind: 'attention' } };
}

export function gitAccessPut(taskNumber: number, epoch: number): SessionPut {
  const body = { kind: 'end_git_access', taskNumber, epoch } as const;
  return { lane: 'git_access', key: `end_git_access:${taskNumber}`, body };
}

export function fleetPut(
  body: Extract<SessionWrite, { kind: 'enqueue' | 'release' | 'withdraw' }>,
): SessionPut {
  const key =
    body.kind === 'release' ? `release:${body.taskNumber}:${body.epoch}` : `${body.kind}:${body.taskNumber}`;
  return { lane: 'fleet', key, body };
}
