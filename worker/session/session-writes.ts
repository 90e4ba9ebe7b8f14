import type { SessionId, TaskId } from '../../protocol/ids.ts';
import type { Spend } from '../account/budgets/admission.ts';
import type { GitHubWrite } from '../github-write.ts';
import type { MetricsReport } from '../metrics/metrics-report.ts';
import type { RecordRow } from '../record/rows.ts';
import type { LanePolicy } from '../storage/outbox-decide.ts';
import type { SessionNews } from '../webhooks/describe-event.ts';
import type { DependencyEnd } from './dependencies.ts';

/** What a session's outbox holds. Jobs are built when they are sent, from what is known then. */
export type SessionWrite =
  | { kind: 'record'; row: RecordRow }
  | { kind: 'github'; write: GitHubWrite }
  | { kind: 'enqueue'; taskNumber: number }
  | { kind: 'release'; taskNumber: number; epoch: number }
  | { kind: 'withdraw'; taskNumber: number; reason: string }
  /** Asks the tasks that this one waits for how they ended, and to tell when they do. */
  | { kind: 'watch_dependencies'; taskNumber: number }
  /** To a task of another session that waits for this one. */
  | { kind: 'tell_dependent'; taskNumber: number; dependent: TaskId; ended: DependencyEnd }
  | { kind: 'end_git_access'; taskNumber: number; epoch: number }
  /** For the account's budgets. */
  | { kind: 'spend'; spend: Spend }
  /** For the account's webhooks. */
  | { kind: 'news'; news: SessionNews }
  /** For the account's metrics. */
  | { kind: 'metrics'; report: MetricsReport }
  /** Stored bodies of a session that was erased; what is newer is another session's. */
  | { kind: 'delete_bodies'; beforeMs: number }
  /** Built when it is sent: what is stuck at that moment. */
  | { kind: 'attention' };

export type SessionPut = { lane: string; key: string; body: SessionWrite; notBefore?: number };

export const RECORD_LANE = 'record';
export const ATTENTION_LANE = 'attention';
export const BUDGET_LANE = 'budget';
export const METRICS_LANE = 'metrics';
export const NEWS_LANE = 'news';

/** One statement each in one round trip; far below libSQL's limits. */
const RECORD_BATCH = 100;

/**
 * The answer to whoever made the change, the job and the frames go first: to tell the record and webhooks of it takes
 * milliseconds of the same thread, and what happens meanwhile goes along.
 */
const LATER_MS = 25;
const LATER_LANES = new Set([RECORD_LANE, NEWS_LANE]);

const METRICS_BATCH = 100;
const NEWS_BATCH = 20;

/** Nobody looks at metrics more often; a session that uses tools makes one call in this time. */
const METRICS_WINDOW_MS = 2_000;

export const sessionDelayMs = (lane: string): number => (LATER_LANES.has(lane) ? LATER_MS : 0);

/** What turns cost goes to the account in one call, however many there are. */
const BUDGET_BATCH = 100;

export function sessionBatchSize(lane: string): number {
  if (lane === RECORD_LANE) return RECORD_BATCH;
  if (lane === METRICS_LANE) return METRICS_BATCH;
  if (lane === NEWS_LANE) return NEWS_BATCH;
  return lane === BUDGET_LANE ? BUDGET_BATCH : 1;
}

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

export function spendPut(spend: Spend): SessionPut {
  return { lane: BUDGET_LANE, key: spend.id, body: { kind: 'spend', spend } };
}

export function newsPut(news: SessionNews): SessionPut {
  return { lane: NEWS_LANE, key: news.id, body: { kind: 'news', news } };
}

/** Everything of one window goes along in one call; each session's windows end at a time of its own. */
export function metricsPut(sessionId: SessionId, report: MetricsReport, nowMs: number): SessionPut {
  const phaseMs = Number.parseInt(sessionId.slice(0, 8), 16) % METRICS_WINDOW_MS;
  const notBefore = Math.ceil((nowMs - phaseMs) / METRICS_WINDOW_MS) * METRICS_WINDOW_MS + phaseMs;
  const body = { kind: 'metrics', report } as const;
  return { lane: METRICS_LANE, key: `metrics:${report.since}:${report.number}`, body, notBefore };
}

/** Tells the account's list what of this session is stuck. */
export function attentionPut(): SessionPut {
  return { lane: ATTENTION_LANE, key: 'report', body: { kind: 'attention' } };
}

export function watchPut(taskNumber: number): SessionPut {
  return {
    lane: 'dependencies',
    key: `watch:${taskNumber}`,
    body: { kind: 'watch_dependencies', taskNumber },
  };
}

/** A lane for each: one that can't be told holds up no other. */
export function dependentPut(dependent: TaskId, taskNumber: number, ended: DependencyEnd): SessionPut {
  const body = { kind: 'tell_dependent', taskNumber, dependent, ended } as const;
  return { lane: `dependent:${dependent}`, key: `ended:${taskNumber}`, body };
}

export function gitAccessPut(taskNumber: number, epoch: number): SessionPut {
  const body = { kind: 'end_git_access', taskNumber, epoch } as const;
  return { lane: 'git_access', key: `end_git_access:${taskNumber}`, body };
}

/** What else there is of a session that was erased. */
export function erasePuts(sessionId: SessionId, nowMs: number): SessionPut[] {
  return [
    recordPut('erase', { table: 'erased_session', row: { sessionId } }),
    { lane: 'bodies', key: 'delete', body: { kind: 'delete_bodies', beforeMs: nowMs } },
  ];
}

export function fleetPut(
  body: Extract<SessionWrite, { kind: 'enqueue' | 'release' | 'withdraw' }>,
): SessionPut {
  const key =
    body.kind === 'release' ? `release:${body.taskNumber}:${body.epoch}` : `${body.kind}:${body.taskNumber}`;
  return { lane: 'fleet', key, body };
}
