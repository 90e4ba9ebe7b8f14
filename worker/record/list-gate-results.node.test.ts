import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type GateResultQuery, gateResultsQuery, listGateResults } from './list-gate-results.ts';
import type { RecordDb } from './open-record.ts';
import { decodeCursor } from './page-cursor.ts';
import type { RecordRow } from './rows.ts';
import { openEmptyRecord } from './testing/record-fixtures.ts';
import { writeRecord } from './write-record.ts';

let db: RecordDb;
beforeEach(async () => {
  db = await openEmptyRecord();
});

const ALL: GateResultQuery = { account: 'github:1', reach: { kind: 'deployment' }, cursor: null, limit: 50 };

type Row = Extract<RecordRow, { table: 'gate_results' }>['row'];
function result(eventId: number, over: Partial<Row> = {}): RecordRow {
  return {
    table: 'gate_results',
    row: {
      sessionId: 'a.b',
      eventId,
      taskId: 'a.b.1',
      account: 'github:1',
      repositoryId: 7,
      name: 'lint',
      kind: 'command',
      required: true,
      status: 'passed',
      detail: null,
      exitCode: 0,
      output: 'All is well.',
      outputCut: false,
      tests: null,
      annotations: [],
      durationMs: 5,
      at: 10,
      ...over,
    },
  };
}
const numbers = async (over: Partial<GateResultQuery>) =>
  (await listGateResults(db, { ...ALL, ...over })).items.map(({ eventId }) => eventId);

it('lists results the latest first, by pages, without what they put out', async () => {
  const annotation = { path: 'a.ts', line: 1, column: null, level: 'failure', message: 'wrong' } as const;
  await writeRecord(db, [
    result(1, { at: 9 }),
    result(2),
    result(3, { status: 'failed', exitCode: 1, annotations: [annotation] }),
    result(4, { account: 'github:2' }),
  ]);
  const first = await listGateResults(db, { ...ALL, limit: 2 });
  const {
    output: _output,
    outputCut: _cut,
    annotations: _all,
    account: _account,
    ...shown
  } = rowOf(result(3));
  expect(first.items).toEqual([
    { ...shown, status: 'failed', exitCode: 1, findings: 1 },
    expect.objectContaining({ eventId: 2, findings: 0 }),
  ]);
  expect(await numbers({ cursor: decodeCursor(first.next ?? '') })).toEqual([1]);
});

function rowOf({ row }: RecordRow): Row {
  // Only rows of this table come in here.
  if (!('outputCut' in row)) throw new Error('not a result of a gate');
  return row;
}

it('lists what is asked for, and of that what the caller reaches', async () => {
  await writeRecord(db, [
    result(1, { status: 'failed' }),
    result(2, { name: 'generated tests', kind: 'generated_tests' }),
    result(3, { repositoryId: 8, at: 20 }),
    result(4, { repositoryId: null }),
  ]);
  expect(await numbers({ outcome: 'failed' })).toEqual([1]);
  expect(await numbers({ kind: 'generated_tests' })).toEqual([2]);
  expect(await numbers({ name: 'generated tests' })).toEqual([2]);
  expect(await numbers({ repository: 8 })).toEqual([3]);
  expect(await numbers({ from: 11 })).toEqual([3]);
  expect(await numbers({ to: 11 })).toEqual([4, 2, 1]);
  const account = 'github:1';
  const one = { account, role: null, repositories: new Map([[8, 'viewer' as const]]) };
  expect(await numbers({ reach: { kind: 'accounts', accounts: [one] } })).toEqual([3]);
});

describe('each way to list results', () => {
  const ways: readonly [string, Partial<GateResultQuery>][] = [
    ['gate_results_by_account', {}],
    ['gate_results_by_account', { from: 1, to: 9, cursor: null }],
    ['gate_results_by_repository', { repository: 7 }],
    ['gate_results_by_name', { name: 'lint' }],
    ['gate_results_by_outcome', { outcome: 'failed' }],
  ];
  it.each(ways)('is served by the index %s, without a sort: %o', async (index, over) => {
    const query = gateResultsQuery(db, { ...ALL, cursor: { at: 5, id: 'a.b.7' }, ...over });
    const plan = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query.getSQL()}`);
    const text = plan.map(({ detail }) => detail).join('\n');
    expect(text).toMatch(new RegExp(`^SEARCH gate_results USING INDEX ${index} `));
    expect(text).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
