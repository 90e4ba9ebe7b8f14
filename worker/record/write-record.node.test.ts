import { beforeEach, describe, expect, it } from 'vitest';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { findRepository } from './find-repository.ts';
import { listCommandLogs } from './list-command-logs.ts';
import { listSessions } from './list-sessions.ts';
import type { RecordDb } from './open-record.ts';
import { decodeCursor } from './page-cursor.ts';
import type { RecordRow } from './rows.ts';
import * as schema from './schema.ts';
import { NO_FILTERS, type SessionQuery } from './session-query.ts';
import { makeDelivery, makeRepository, makeSession, openEmptyRecord } from './testing/record-fixtures.ts';
import { writeRecord } from './write-record.ts';

let db: RecordDb;

beforeEach(async () => {
  db = await openEmptyRecord();
});

const ALL: SessionQuery = { ...NO_FILTERS, reach: { kind: 'deployment' }, limit: 50 };
const idsOf = async () => (await listSessions(db, ALL)).items.map(({ id }) => id);

describe('writeRecord', () => {
  it('writes rows once, however often they come', async () => {
    const rows = [makeSession('a', 10), makeSession('b', 20)];
    await writeRecord(db, rows);
    await writeRecord(db, rows);
    expect(await idsOf()).toEqual(['b', 'a']);
  });

  it('lets the newer row win in any order', async () => {
    await writeRecord(db, [makeSession('a', 20, { title: 'new' })]);
    await writeRecord(db, [makeSession('a', 10, { title: 'old' })]);
    expect((await listSessions(db, ALL)).items).toMatchObject([{ title: 'new', updatedAt: 20 }]);
    await writeRecord(db, [makeSession('a', 30, { title: 'newest' })]);
    expect((await listSessions(db, ALL)).items).toMatchObject([{ title: 'newest', updatedAt: 30 }]);
  });

  it('writes all rows of a batch or none', async () => {
    const broken = makeSession('b', 20);
    // @ts-expect-error a row that the database must refuse
    broken.row.title = null;
    await expect(writeRecord(db, [makeSession('a', 10), broken])).rejects.toThrow();
    expect(await idsOf()).toEqual([]);
  });

  it('takes every table', async () => {
    const at = { createdAt: 1, updatedAt: 2 };
    const tokens = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, costUsd: 0.5 };
    const rows: RecordRow[] = [
      { table: 'accounts', row: { key: 'github:1', login: 'octo', kind: 'user', installationId: 7, ...at } },
      { table: 'repositories', row: makeRepository(5) },
      {
        table: 'tasks',
        row: {
          name: null,
          id: 's.1',
          sessionId: 's',
          number: 1,
          account: 'local',
          state: 'failed',
          stateSince: 1,
          request: 'Do it',
          source: 'api',
          requesterLogin: 'admin',
          requesterId: null,
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
          startedAt: null,
          endedAt: null,
          ...at,
        },
      },
      {
        table: 'session_messages',
        row: {
          sessionId: 's',
          id: 'm',
          taskId: null,
          direction: 'in',
          source: 'api',
          author: 'admin',
          content: 'hi',
          status: 'queued',
          metadata: {},
          ...at,
        },
      },
      {
        table: 'usage',
        row: {
          sessionId: 's',
          eventId: 3,
          taskId: 's.1',
          account: 'local',
          repositoryId: 5,
          requesterLogin: 'mona',
          model: 'm',
          turns: 1,
          ...tokens,
          durationMs: 1.5,
          at: 1,
        },
      },
      {
        table: 'runners',
        row: {
          id: 'r',
          account: 'local',
          name: 'den',
          status: 'online',
          labels: ['gpu'],
          capacity: 1,
          version: null,
          claudeVersion: null,
          platform: null,
          lastSeenAt: 1,
          ...at,
        },
      },
      { table: 'deliveries', row: makeDelivery('d', 1) },
    ];
    await writeRecord(db, rows);
    await writeRecord(db, rows);
    expect(await db.select().from(schema.tasks)).toEqual([rows[2]?.row]);
    expect(await db.select().from(schema.sessionMessages)).toEqual([rows[3]?.row]);
    expect(await db.select().from(schema.usage)).toEqual([rows[4]?.row]);
    expect(await db.select().from(schema.runners)).toEqual([rows[5]?.row]);
    expect(await findRepository(db, 5)).toMatchObject({ account: 'github:1', installationId: 7 });
  });
});

describe('command logs', () => {
  const key = { sessionId: 's', taskId: 's.1', toolUseId: 't1' };
  const started: RecordRow = {
    table: 'command_started',
    row: { ...key, tool: 'Bash', input: '{}', inputCut: false, startedAt: 5 },
  };
  const ended: RecordRow = {
    table: 'command_ended',
    row: { ...key, result: 'ok', resultCut: false, status: 'ok', durationMs: 2, endedAt: 7 },
  };

  it.each([
    ['start first', [started, ended]],
    ['end first', [ended, started]],
    ['each twice', [started, ended, started, ended]],
  ])('come to the same with %s', async (_case, rows) => {
    for (const row of rows) await writeRecord(db, [row]);
    expect(await listCommandLogs(db, { sessionId: 's', cursor: null, limit: 10 })).toEqual({
      items: [{ ...started.row, result: 'ok', resultCut: false, status: 'ok', durationMs: 2 }],
      next: null,
    });
  });

  it('are paged in order', async () => {
    for (const toolUseId of ['t2', 't1', 't3']) {
      await writeRecord(db, [{ table: 'command_started', row: { ...started.row, toolUseId } }]);
    }
    const first = await listCommandLogs(db, {
      sessionId: 's',
      cursor: null,
      limit: 2,
    });
    expect(first.items.map(({ toolUseId }) => toolUseId)).toEqual(['t1', 't2']);
    const second = await listCommandLogs(db, {
      sessionId: 's',
      cursor: decodeCursor(first.next ?? ''),
      limit: 2,
    });
    expect(second).toMatchObject({ items: [{ toolUseId: 't3' }], next: null });
  });
});
