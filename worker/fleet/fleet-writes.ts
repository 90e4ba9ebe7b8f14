import { type AccountKey, type SessionId, splitTaskId } from '../../protocol/ids.ts';
import type { Env } from '../env.ts';
import type { Logger } from '../logger.ts';
import type { RecordRow } from '../record/rows.ts';
import { sendToRecord } from '../record/send-to-record.ts';
import type { OutboxItem } from '../storage/outbox.ts';
import type { LanePolicy, SendResult } from '../storage/outbox-decide.ts';
import type { Lease, RunnerRow } from './fleet-state.ts';

/** What the Fleet tells others, durably. */
export type FleetWrite =
  | { kind: 'assigned'; sessionId: SessionId; taskNumber: number; epoch: number; runner: RunnerName }
  | { kind: 'lost'; sessionId: SessionId; taskNumber: number; epoch: number; reason: string }
  | { kind: 'record'; row: RecordRow };
type RunnerName = { id: string; name: string };

export type FleetOutboxEntry = { lane: string; key: string; body: FleetWrite };

const RECORD_LANE = 'record';

/** One statement each in one round trip; far below libSQL's limits. */
const RECORD_BATCH = 50;

/** A session must learn what became of its jobs, and the record must fill up again, however long it takes. */
export const FLEET_LANE_POLICY: LanePolicy = {
  maxAttempts: Number.POSITIVE_INFINITY,
  firstDelayMs: 100,
  maxDelayMs: 60_000,
};

export const fleetBatchSize = (lane: string): number => (lane === RECORD_LANE ? RECORD_BATCH : 1);

export function assignedWrite(lease: Lease, runner: RunnerName): FleetOutboxEntry {
  const { sessionId, taskNumber } = splitTaskId(lease.taskId);
  return {
    lane: `session:${sessionId}`,
    key: `assigned:${lease.taskId}:${lease.epoch}`,
    body: { kind: 'assigned', sessionId, taskNumber, epoch: lease.epoch, runner },
  };
}

export function lostWrite(lease: Lease, reason: string): FleetOutboxEntry {
  const { sessionId, taskNumber } = splitTaskId(lease.taskId);
  return {
    lane: `session:${sessionId}`,
    key: `lost:${lease.taskId}:${lease.epoch}`,
    body: { kind: 'lost', sessionId, taskNumber, epoch: lease.epoch, reason },
  };
}

export function runnerRecordWrite(
  runner: RunnerRow,
  status: 'online' | 'draining' | 'offline' | 'removed',
  nowMs: number,
): FleetOutboxEntry {
  const { id, account, name, capacity, version, claudeVersion, platform, lastSeenAt, createdAt } = runner;
  return {
    lane: RECORD_LANE,
    key: `runner:${id}`,
    body: {
      kind: 'record',
      row: {
        table: 'runners',
        row: {
          id,
          account,
          name,
          status,
          labels: [...runner.labels],
          capacity,
          version,
          claudeVersion,
          platform,
          lastSeenAt,
          createdAt,
          updatedAt: nowMs,
        },
      },
    },
  };
}

export type FleetSending = { env: Env; logger: Logger; account: AccountKey };

/** Delivers one batch of a lane. */
export async function sendFleetWrites(
  { env, logger, account }: FleetSending,
  items: OutboxItem<FleetWrite>[],
): Promise<SendResult> {
  const rows: RecordRow[] = [];
  for (const { body } of items) {
    switch (body.kind) {
      case 'assigned':
        await sessionOf(env, body.sessionId).jobAssigned(body.taskNumber, body.epoch, body.runner);
        break;
      case 'lost':
        await sessionOf(env, body.sessionId).jobLost(body.taskNumber, body.epoch, body.reason);
        break;
      case 'record':
        rows.push(body.row);
        break;
    }
  }
  return rows.length === 0 ? { status: 'done' } : sendToRecord(env, logger, account, rows);
}

function sessionOf(env: Env, sessionId: SessionId) {
  return env.SESSION.get(env.SESSION.idFromName(sessionId));
}
