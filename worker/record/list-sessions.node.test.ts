import { type SQLWrapper, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { FIRST_ROWS, firstRowsQuery, listSessions, rowsQuery, SMALL_SET } from './list-sessions.ts';
import type { RecordDb } from './open-record.ts';
import { decodeCursor } from './page-cursor.ts';
import type { RecordRow } from './rows.ts';
import { NO_FILTERS, type SessionQuery } from './session-query.ts';
import { makeRepository, makeSession, openEmptyRecord } from './testing/record-fixtures.ts';
import { writeRecord } from './write-record.ts';

let db: RecordDb;

beforeEach(async () => {
  db = await openEmptyRecord();
});

const ALL: SessionQuery = { ...NO_FILTERS, reach: { kind: 'deployment' }, limit: 50 };
const idsOf = async (query: Partial<SessionQuery>) =>
  (await listSessions(db, { ...ALL, ...query })).items.map(({ id }) => id);

const textOf = (sessionId: string, text: string, number = 0): RecordRow => ({
  table: 'search_text',
  row: { sessionId, number, text },
});

async function planOf(query: { getSQL(): SQLWrapper }): Promise<string> {
  const plan = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query.getSQL()}`);
  return plan.map(({ detail }) => detail).join('\n');
}

describe('the list of sessions', () => {
  it('pages through those that changed in the same millisecond, none twice and none missing', async () => {
    await writeRecord(
      db,
      Array.from({ length: 7 }, (_, n) => makeSession(`s${n}`, n < 4 ? 10 : 20)),
    );
    const seen: string[] = [];
    let cursor: SessionQuery['cursor'] = null;
    for (;;) {
      const page = await listSessions(db, { ...ALL, cursor, limit: 2 });
      seen.push(...page.items.map(({ id }) => id));
      if (page.next === null) break;
      cursor = decodeCursor(page.next);
    }
    expect(seen).toEqual(['s6', 's5', 's4', 's3', 's2', 's1', 's0']);
  });

  it('is filtered by each thing that a session says of itself', async () => {
    await writeRecord(db, [
      { table: 'repositories', row: { ...makeRepository(7), owner: 'Octo' } },
      makeSession('a', 1, {
        account: 'github:1',
        projectType: 'github',
        repositoryId: 7,
        repository: 'octo/app',
      }),
      makeSession('b', 2, {
        account: 'github:1',
        status: 'active',
        assignee: 'ada',
        labels: ['ui', 'urgent'],
      }),
      makeSession('c', 3, { source: 'n8n', labels: ['ui'], createdAt: 9 }),
    ]);
    expect(await idsOf({ account: 'github:1' })).toEqual(['b', 'a']);
    expect(await idsOf({ account: 'github:1', status: 'active' })).toEqual(['b']);
    expect(await idsOf({ projectType: 'github' })).toEqual(['a']);
    expect(await idsOf({ repository: { id: 7 } })).toEqual(['a']);
    expect(await idsOf({ repository: { owner: 'OCTO', name: 'App' } })).toEqual(['a']);
    expect(await idsOf({ assignee: 'ada' })).toEqual(['b']);
    expect(await idsOf({ label: 'ui' })).toEqual(['c', 'b']);
    expect(await idsOf({ source: 'n8n' })).toEqual(['c']);
    expect(await idsOf({ since: 2, until: 3 })).toEqual(['b']);
    expect(await idsOf({ sort: 'created', since: 2 })).toEqual(['c']);
    expect(await idsOf({ order: 'asc' })).toEqual(['a', 'b', 'c']);
    expect(await idsOf({ sort: 'created', order: 'asc', cursor: { at: 1, id: 'a' } })).toEqual(['b', 'c']);
  });

  it('shows only what the caller reaches', async () => {
    await writeRecord(db, [
      makeSession('mine', 1, { account: 'github:1', repositoryId: 7, labels: ['ui'] }),
      makeSession('other', 2, { account: 'github:1', repositoryId: 8, labels: ['ui'] }),
      makeSession('stranger', 3, { account: 'github:2', labels: ['ui'] }),
    ]);
    const reach: SessionQuery['reach'] = {
      kind: 'accounts',
      accounts: [{ account: 'github:1', role: null, repositories: new Map([[7, 'viewer']]) }],
    };
    expect(await idsOf({ reach })).toEqual(['mine']);
    expect(await idsOf({ reach, label: 'ui' })).toEqual(['mine']);
  });

  it('forgets labels that a session no longer has', async () => {
    await writeRecord(db, [makeSession('a', 1, { labels: ['ui'] })]);
    await writeRecord(db, [makeSession('a', 2, { labels: ['api'] })]);
    expect([await idsOf({ label: 'ui' }), await idsOf({ label: 'api' })]).toEqual([[], ['a']]);
  });
});

describe('the search', () => {
  it('finds words in any of the texts of a session, all of them in one, and of the last one its beginning', async () => {
    await writeRecord(db, [
      makeSession('a', 1),
      textOf('a', 'Mend the login form\n/srv/shop'),
      textOf('a', 'Größe of src/forms/login-form.ts', 3),
      makeSession('b', 2),
      textOf('b', 'Log in "quoted" AND 100%'),
    ]);
    const found = async (text: string) => idsOf({ text });
    expect(await found('LOGIN')).toEqual(['a']);
    expect(await found('log')).toEqual(['b', 'a']);
    expect(await found('src/forms')).toEqual(['a']);
    expect(await found('grosse')).toEqual([]);
    expect(await found('grösse')).toEqual([]);
    expect(await found('größe')).toEqual(['a']);
    expect(await found('grO')).toEqual(['a']);
    expect(await found('"quoted" AND')).toEqual(['b']);
    expect(await found('form mend')).toEqual(['a']);
    expect(await found('form me')).toEqual(['a']);
    expect(await found('me form')).toEqual([]);
    expect(await found('form quoted')).toEqual([]);
    expect(await found('%%')).toEqual([]);
    expect(await found('NEAR( OR *')).toEqual([]);
  });

  it('finds words of languages that are written without spaces', async () => {
    await writeRecord(db, [makeSession('a', 1), textOf('a', 'ログイン画面を直してください')]);
    expect(await idsOf({ text: '画面' })).toEqual(['a']);
    expect(await idsOf({ text: '面画' })).toEqual([]);
  });

  it('finds a session by what it says now, and not at all once it is erased', async () => {
    await writeRecord(db, [makeSession('a', 1), textOf('a', 'before'), textOf('a', 'kept', 1)]);
    await writeRecord(db, [textOf('a', 'after')]);
    expect([await idsOf({ text: 'before' }), await idsOf({ text: 'after' })]).toEqual([[], ['a']]);
    await writeRecord(db, [{ table: 'erased_session', row: { sessionId: 'a' } }]);
    await writeRecord(db, [makeSession('a', 3), textOf('a', 'new')]);
    expect([await idsOf({ text: 'kept' }), await idsOf({ text: 'new' })]).toEqual([[], ['a']]);
  });

  it('gives the same order whether few sessions have a word, many, or many of old', async () => {
    const count = SMALL_SET + FIRST_ROWS + 20;
    const rows = Array.from({ length: count }, (_, n): RecordRow[] => {
      const id = `s${String(n).padStart(5, '0')}`;
      const words = [n < 3 ? 'rare' : 'other', n < SMALL_SET + 10 ? 'old' : 'new', 'common'];
      return [makeSession(id, n, { labels: ['all'] }), textOf(id, words.join(' '))];
    });
    await writeRecord(db, rows.flat());
    const last = count - 1;
    const idOf = (n: number) => `s${String(n).padStart(5, '0')}`;
    expect(await idsOf({ text: 'common', limit: 2 })).toEqual([idOf(last), idOf(last - 1)]);
    expect(await idsOf({ text: 'rare', limit: 2 })).toEqual([idOf(2), idOf(1)]);
    expect(await idsOf({ text: 'old', limit: 2 })).toEqual([idOf(SMALL_SET + 9), idOf(SMALL_SET + 8)]);
    expect(await idsOf({ text: 'rare common', label: 'all', limit: 2 })).toEqual([idOf(2), idOf(1)]);
    expect(await idsOf({ label: 'all', order: 'asc', limit: 2 })).toEqual([idOf(0), idOf(1)]);
  }, 60_000);
});

describe('each list of sessions', () => {
  const cursor = { at: 5, id: 'x' };
  it.each<[string, Partial<SessionQuery>]>([
    ['all', {}],
    ['of an account', { account: 'local' }],
    ['by status', { status: 'idle' }],
    ['of an account by status', { account: 'local', status: 'idle' }],
    ['by repository', { repository: { id: 7 } }],
    ['by the name of a repository', { repository: { owner: 'octo', name: 'app' } }],
    ['by assignee', { assignee: 'ada' }],
    ['by source', { source: 'n8n' }],
    ['by type', { projectType: 'worktree' }],
    ['by time', { since: 3, until: 9 }],
    ['by the time of creation', { sort: 'created', since: 3 }],
    ['of an account by the time of creation', { sort: 'created', account: 'local' }],
    ['the oldest first', { order: 'asc' }],
  ])('is served by an index, without a sort: %s', async (_list, filters) => {
    const plan = await planOf(rowsQuery(db, { ...ALL, cursor, ...filters }, undefined));
    expect(plan).toMatch(/^SEARCH sessions USING INDEX/);
    expect(plan).not.toMatch(/SCAN sessions|TEMP B-TREE/);
  });

  it('looks at no more than the first sessions one by one', async () => {
    const plan = await planOf(
      firstRowsQuery(db, { ...ALL, account: 'local' }, { words: '"a"*', label: 'ui' }),
    );
    expect(plan).toMatch(/^SEARCH sessions USING INTEGER PRIMARY KEY/);
    expect(plan).toMatch(/SEARCH sessions USING COVERING INDEX sessions_by_account/);
    expect(plan).toMatch(/session_texts VIRTUAL TABLE INDEX/);
    expect(plan).not.toMatch(/SCAN sessions/);
    // The page alone is sorted.
    expect(plan.match(/TEMP B-TREE/g)).toHaveLength(1);
  });
});
