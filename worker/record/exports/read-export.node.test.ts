import { type SQL, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { EXPORT_KINDS, EXPORTED_ROWS, type ExportKind } from '../../../protocol/exports.ts';
import { taskIdOf } from '../../../protocol/ids.ts';
import { taskOptionsSchema } from '../../../protocol/task-options.ts';
import type { RecordDb } from '../open-record.ts';
import type { RecordRow } from '../rows.ts';
import { sessions } from '../schema.ts';
import { makeSession, openEmptyRecord } from '../testing/record-fixtures.ts';
import { writeRecord } from '../write-record.ts';
import { decodePosition, encodePosition, isBeyond } from './export-cursor.ts';
import { EXPORT_SOURCES } from './export-sources.ts';
import {
  type ExportFilter,
  type ExportPosition,
  exportEndQuery,
  findExportEnd,
  fittingRows,
  type PageBounds,
  readExportPage,
} from './read-export.ts';

let db: RecordDb;

beforeEach(async () => {
  db = await openEmptyRecord();
});

const ACCOUNT = 'github:970001';
const ALL: ExportFilter = { account: ACCOUNT, visible: undefined };
const AMPLE: PageBounds = { rows: 100, bytes: 1_000_000 };

const idOf = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

const log = (n: number, call: number, startedAt: number, result = 'ok'): RecordRow[] => {
  const key = { sessionId: idOf(n), taskId: taskIdOf(idOf(n), 1), toolUseId: `t${call}` };
  const ended = {
    ...key,
    result,
    resultCut: false,
    status: 'ok',
    durationMs: 2,
    endedAt: startedAt,
  } as const;
  return [
    { table: 'command_started', row: { ...key, tool: 'Bash', input: '{}', inputCut: false, startedAt } },
    { table: 'command_ended', row: ended },
  ];
};

const session = (n: number, over: Parameters<typeof makeSession>[2] = {}) =>
  makeSession(idOf(n), 100, { account: ACCOUNT, createdAt: n, key: `api:${idOf(n)}`, ...over });

async function readAll(kind: ExportKind, filter: ExportFilter, bounds: PageBounds) {
  const pages: unknown[][] = [];
  let after: ExportPosition | null = null;
  for (;;) {
    const page = await readExportPage(db, kind, filter, after, bounds);
    if (page.length === 0) return pages;
    pages.push(page.map(({ row }) => row.toolUseId ?? row.id));
    after = page.at(-1)?.position ?? null;
  }
}

describe('an export of the record', () => {
  beforeEach(async () => {
    await writeRecord(db, [
      session(2, { repositoryId: 7, repository: 'octo/app' }),
      session(1, { status: 'active' }),
      session(3, { account: 'github:970002' }),
      ...log(2, 1, 50),
      ...log(2, 2, 50),
      ...log(2, 3, 40),
      ...log(1, 4, 60),
      ...log(3, 5, 10),
    ]);
  });

  it('comes session after session, each with its rows in order, none twice and none missing', async () => {
    for (const rows of [1, 2, 3, 4]) {
      expect((await readAll('logs', ALL, { rows, bytes: 1_000 })).flat()).toEqual(['t4', 't3', 't1', 't2']);
    }
    expect((await readAll('sessions', ALL, { rows: 1, bytes: 1_000 })).flat()).toEqual([idOf(1), idOf(2)]);
  });

  it('gives as many rows at once as their texts allow, and at least one', async () => {
    await writeRecord(db, [...log(1, 6, 61, 'x'.repeat(900)), ...log(1, 7, 62, 'x'.repeat(900))]);
    expect(await readAll('logs', ALL, { rows: 100, bytes: 1_000 })).toEqual([
      ['t4', 't6', 't7'],
      ['t3', 't1', 't2'],
    ]);
    expect(await readAll('logs', ALL, { rows: 100, bytes: 1 })).toHaveLength(6);
  });

  it('holds only what the filter names', async () => {
    const logs = async (over: Partial<ExportFilter>) =>
      (await readAll('logs', { ...ALL, ...over }, AMPLE)).flat();
    expect(await logs({ session: idOf(1) })).toEqual(['t4']);
    expect(await logs({ repository: 'octo/app' })).toEqual(['t3', 't1', 't2']);
    expect(await logs({ repository: '7' })).toEqual(['t3', 't1', 't2']);
    expect(await logs({ status: 'active' })).toEqual(['t4']);
    expect(await logs({ source: 'github' })).toEqual([]);
    expect(await logs({ from: 50, to: 60 })).toEqual(['t1', 't2']);
    expect(await logs({ visible: sql`${sessions.repositoryId} IS NULL` })).toEqual(['t4']);
    expect(await readAll('sessions', { ...ALL, from: 2, to: 3 }, AMPLE)).toEqual([[idOf(2)]]);
  });

  it('says where a part ends when more rows follow it, and nothing when none do', async () => {
    const end = await findExportEnd(db, 'logs', ALL, null, 2);
    expect(end).toEqual([2, idOf(2), 40, 't3']);
    expect(await findExportEnd(db, 'logs', ALL, end, 2)).toBeNull();
    expect(await findExportEnd(db, 'logs', ALL, null, 4)).toBeNull();
    expect(await findExportEnd(db, 'sessions', ALL, null, 1)).toEqual([1, idOf(1)]);
  });

  it.each(EXPORT_KINDS)('gives rows of %s as they are promised', async (kind) => {
    await writeRecord(db, rowsOfEachKind);
    const page = await readExportPage(db, kind, ALL, null, AMPLE);
    expect(page.length).toBeGreaterThan(0);
    for (const { row } of page) {
      expect(EXPORTED_ROWS[kind].strict().parse(row)).toEqual(row);
      expect(Object.keys(row)).toEqual(Object.keys(EXPORTED_ROWS[kind].shape));
    }
  });
});

const tokens = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, costUsd: 0.5 };
const taskId = taskIdOf(idOf(1), 1);
const rowsOfEachKind: RecordRow[] = [
  {
    table: 'questions',
    row: {
      sessionId: idOf(1),
      taskId,
      id: 'toolu_1',
      account: ACCOUNT,
      repositoryId: 1,
      kind: 'permission',
      items: [{ text: 'May I?', header: null, multiSelect: false, choices: [] }],
      tool: 'Deploy',
      toolInput: '{}',
      status: 'answered',
      reply: { type: 'declined', reason: 'no' },
      answeredBy: 'mona',
      askedAt: 1,
      settledAt: 2,
      updatedAt: 2,
    },
  },
  {
    table: 'tasks',
    row: {
      id: taskId,
      sessionId: idOf(1),
      number: 1,
      name: null,
      account: ACCOUNT,
      state: 'failed',
      stateSince: 1,
      request: 'Do it',
      source: 'api',
      requesterLogin: 'mona',
      requesterId: 5,
      options: taskOptionsSchema.parse({ approval: 'none' }),
      epoch: 1,
      runnerId: null,
      runnerName: null,
      ...tokens,
      branch: null,
      commitSha: null,
      pullNumber: null,
      pullUrl: null,
      summary: null,
      failure: { kind: 'lost', message: 'm', remedy: 'r', retryAt: null },
      rescueRef: null,
      rescues: null,
      createdAt: 1,
      startedAt: null,
      endedAt: null,
      updatedAt: 2,
    },
  },
  {
    table: 'session_messages',
    row: {
      sessionId: idOf(1),
      id: 'm',
      taskId,
      direction: 'in',
      source: 'api',
      author: 'mona',
      content: 'hi',
      status: 'queued',
      metadata: {},
      createdAt: 1,
      updatedAt: 2,
    },
  },
  {
    table: 'usage',
    row: {
      sessionId: idOf(1),
      eventId: 3,
      taskId,
      account: ACCOUNT,
      repositoryId: null,
      requesterLogin: 'mona',
      model: 'm',
      turns: 1,
      ...tokens,
      durationMs: 1.5,
      at: 1,
    },
  },
  {
    table: 'audit_log',
    row: {
      account: ACCOUNT,
      number: 1,
      at: 1,
      actor: { kind: 'api_key', id: 'k', name: 'nightly' },
      action: 'key.created',
      target: { kind: 'key', id: 'k', name: null },
      outcome: 'done',
      problem: null,
      address: null,
      userAgent: null,
      details: { role: 'viewer' },
      previousHash: '0'.repeat(64),
      hash: '1'.repeat(64),
    },
  },
];

describe('every page of an export', () => {
  const after: Record<ExportKind, ExportPosition> = {
    sessions: [1, 'a'],
    tasks: [1, 'a', 1],
    messages: [1, 'a', 1, 'm'],
    logs: [1, 'a', 1, 't'],
    questions: [1, 'a', 'a.1', 'q'],
    usage: [1, 'a', 1],
    audit: [1],
  };
  it.each(EXPORT_KINDS)(
    'and its end are found through indexes, without a scan or a sort of rows: %s',
    async (kind) => {
      const source = EXPORT_SOURCES[kind];
      for (const from of [null, after[kind]]) {
        const filter = { ...ALL, from: 5, to: 50 };
        const page = await planOf(fittingRows(source, filter, from, AMPLE));
        const end = await planOf(exportEndQuery(source, filter, from, 10));
        // The sizes of one page are added up in order; its rows come so already.
        expect(page.match(/TEMP B-TREE/g)).toHaveLength(1);
        expect(end).not.toMatch(/TEMP B-TREE/);
        for (const plan of [page, end]) {
          expect(plan).toMatch(/SEARCH (?:sessions|audit_log) USING (?:COVERING )?INDEX/);
          expect(plan).not.toMatch(/SCAN (?!\(subquery)/);
        }
      }
    },
  );

  async function planOf(query: SQL): Promise<string> {
    const steps = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query}`);
    return steps.map(({ detail }) => detail).join('\n');
  }
});

describe('the cursor of an export', () => {
  it('comes back as it went out, and is refused by an export of another kind', () => {
    const text = encodePosition([1, idOf(1), 5, 'töölu']);
    expect(decodePosition('logs', text)).toEqual([1, idOf(1), 5, 'töölu']);
    expect(decodePosition('tasks', text)).toBeNull();
    expect(decodePosition('logs', 'nonsense')).toBeNull();
    expect(text).toMatch(/^[\w-]+$/);
  });

  it('is compared as the database orders rows', () => {
    expect(isBeyond([2, 'a'], [1, 'b'])).toBe(true);
    expect(isBeyond([1, 'b'], [1, 'b'])).toBe(false);
    expect(isBeyond([1, 'a', 3], [1, 'b', 2])).toBe(false);
    expect(isBeyond([1, 'b', 3], [1, 'b', 2])).toBe(true);
  });
});
