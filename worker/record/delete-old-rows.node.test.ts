import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { deleteOldRows } from './delete-old-rows.ts';
import type { RecordDb } from './open-record.ts';
import type { RecordRow } from './rows.ts';
import { makeDelivery, openEmptyRecord } from './testing/record-fixtures.ts';
import { writeRecord } from './write-record.ts';

const DAY_MS = 86_400_000;
const NOW = 1_000 * DAY_MS;

let db: RecordDb;

const log = (id: string, daysAgo: number): RecordRow => ({
  table: 'command_started',
  row: {
    sessionId: 's',
    taskId: 's.1',
    toolUseId: id,
    tool: 'Bash',
    input: '{}',
    inputCut: false,
    startedAt: NOW - daysAgo * DAY_MS,
  },
});
const delivery = (id: string, daysAgo: number): RecordRow => ({
  table: 'deliveries',
  row: makeDelivery(id, NOW - daysAgo * DAY_MS),
});

const left = async () =>
  (
    await db.all<{ id: string }>(
      sql`SELECT tool_use_id AS id FROM command_logs UNION ALL SELECT id FROM deliveries ORDER BY 1`,
    )
  ).map(({ id }) => id);

beforeEach(async () => {
  db = await openEmptyRecord();
  await writeRecord(db, [
    log('log 31', 31),
    log('log 29', 29),
    // Came late, from a session whose record was away.
    log('log 40', 40),
    delivery('delivery 91', 91),
    delivery('delivery 89', 89),
  ]);
});

describe('rows that are older than they are kept', () => {
  it('are taken out of the record, and no others', async () => {
    const deleted = await deleteOldRows(db, { toolLogs: 30, deliveries: 90 }, NOW);
    expect(deleted).toEqual({ toolLogs: 2, deliveries: 1 });
    expect(await left()).toEqual(['delivery 89', 'log 29']);
    expect(await deleteOldRows(db, { toolLogs: 30, deliveries: 90 }, NOW)).toEqual({
      toolLogs: 0,
      deliveries: 0,
    });
  });

  it('stay when they are kept for ever', async () => {
    await deleteOldRows(db, { toolLogs: 0, deliveries: 0 }, NOW);
    expect(await left()).toHaveLength(5);
  });
});
