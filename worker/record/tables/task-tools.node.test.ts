import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { deleteOldRows } from '../delete-old-rows.ts';
import type { RecordDb } from '../open-record.ts';
import type { RecordRow } from '../rows.ts';
import * as schema from '../schema.ts';
import { openEmptyRecord } from '../testing/record-fixtures.ts';
import { writeRecord } from '../write-record.ts';

const ROWS_SUMMED_UP = sql`SELECT session_id, task_id, tool, count(*) AS calls, sum(status = 'error') AS errors,
  coalesce(sum(duration_ms), 0.0) AS duration_ms FROM command_logs GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;

async function expectSumsOfRows(db: RecordDb): Promise<void> {
  const sums = await db.all(sql`SELECT * FROM task_tools ORDER BY 1, 2, 3`);
  expect(sums).toEqual(await db.all(ROWS_SUMMED_UP));
}

const key = fc.record({
  sessionId: fc.constantFrom('a', 'b'),
  taskId: fc.constantFrom('1', '2'),
  toolUseId: fc.constantFrom('x', 'y', 'z'),
});
// Halves add up without a rest.
const halfMs = fc.integer({ min: 0, max: 2_000 }).map((halves) => halves / 2);

const started: fc.Arbitrary<RecordRow> = fc
  .tuple(key, fc.constantFrom('Bash', 'Read'), fc.integer({ min: 1, max: 9 }))
  .map(([of, tool, startedAt]) => ({
    table: 'command_started',
    row: { ...of, tool, input: 'x', inputCut: false, startedAt },
  }));
const ended: fc.Arbitrary<RecordRow> = fc
  .tuple(key, fc.constantFrom('ok', 'error'), fc.option(halfMs))
  .map(([of, status, durationMs]) => ({
    table: 'command_ended',
    row: { ...of, status, durationMs, result: 'y', resultCut: false, endedAt: 9 },
  }));
const deleted: fc.Arbitrary<RecordRow> = key.map(({ sessionId, taskId }) => ({
  table: 'deleted_task',
  row: { sessionId, taskId, number: Number(taskId), texts: [] },
}));
const erased: fc.Arbitrary<RecordRow> = key.map(({ sessionId }) => ({
  table: 'erased_session',
  row: { sessionId },
}));

it('are the sums of the rows after every write, late, repeated and undone', async () => {
  const db = await openEmptyRecord();
  const written = fc.oneof(
    { weight: 8, arbitrary: started },
    { weight: 8, arbitrary: ended },
    { weight: 1, arbitrary: deleted },
    { weight: 1, arbitrary: erased },
  );
  let calls = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(written, { maxLength: 6 }), { maxLength: 6 }), async (batches) => {
      for (const rows of batches) await writeRecord(db, rows);
      await expectSumsOfRows(db);
      const found = await db.get<{ calls: number | null }>(sql`SELECT sum(calls) AS calls FROM task_tools`);
      calls += found?.calls ?? 0;
      const days = (ms: number) => ({ toolLogs: ms, deliveries: 0 });
      await deleteOldRows(db, days(1), 86_400_000 + 5);
      await expectSumsOfRows(db);
      await db.run(sql`DELETE FROM command_logs`);
      await expectSumsOfRows(db);
    }),
    { numRuns: 100 },
  );
  expect(calls).toBeGreaterThan(100);
});

const journalSchema = z.looseObject({ entries: z.array(z.looseObject({ tag: z.string() })) });

/** A record as it was before a migration. */
async function migrateUpTo(db: RecordDb, tag: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  try {
    cpSync('worker/record/migrations', folder, { recursive: true });
    const file = join(folder, 'meta/_journal.json');
    const { entries, ...journal } = journalSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const end = entries.findIndex((entry) => entry.tag === tag);
    expect(end).toBeGreaterThan(0);
    writeFileSync(file, JSON.stringify({ ...journal, entries: entries.slice(0, end) }));
    await migrate(db, { migrationsFolder: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('are made of the rows that a record has already, and what was used a day stays', async () => {
  const db = drizzle({ connection: ':memory:', schema });
  await migrateUpTo(db, '0013_record_sums');
  await db.run(sql`INSERT INTO command_logs
      (session_id, task_id, tool_use_id, tool, input, input_cut, result_cut, status, started_at, duration_ms)
    VALUES ('a', '1', 'x', 'Bash', '', 0, 0, 'ok', 1, 2.5), ('a', '1', 'y', 'Bash', '', 0, 0, 'error', 1, NULL),
      ('a', '1', 'z', 'Read', '', 0, 0, 'running', 1, NULL)`);
  const turn = (eventId: number): RecordRow => ({
    table: 'usage',
    row: {
      ...{
        sessionId: 'a',
        eventId,
        taskId: '1',
        account: 'local',
        repositoryId: null,
        requesterLogin: 'mona',
      },
      ...{
        model: 'opus',
        turns: 1,
        inputTokens: 2,
        outputTokens: 3,
        cacheReadTokens: 4,
        cacheWriteTokens: 5,
      },
      ...{ costUsd: 0.5, durationMs: 6, at: 7 },
    },
  });
  await writeRecord(db, [turn(1)]);
  const daysBefore = await db.all<object>(sql`SELECT * FROM usage_days`);
  await migrate(db, { migrationsFolder: 'worker/record/migrations' });

  await expectSumsOfRows(db);
  expect(await db.all(sql`SELECT tool, calls, errors FROM task_tools`)).toEqual([
    { tool: 'Bash', calls: 2, errors: 1 },
    { tool: 'Read', calls: 1, errors: 0 },
  ]);
  expect(await db.all(sql`SELECT * FROM usage_days`)).toEqual(daysBefore);
  await writeRecord(db, [turn(1), turn(2)]);
  expect(await db.all(sql`SELECT turns, cost_usd FROM usage_days`)).toEqual([{ turns: 2, cost_usd: 1 }]);
});
