import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRecord } from '../record/open-record.ts';
import { commandLogs, sessionMessages, sessions, tasks, usage } from '../record/schema.ts';
import { eventually } from '../testing/eventually.ts';
import { issueSession, requestOf } from './testing/make-requests.ts';
import { finished, started, turnEnded } from './testing/runner-events.ts';
import { TestSession } from './testing/test-session.ts';

afterEach(() => vi.unstubAllGlobals());

describe('a session whose record is down', () => {
  it('works as always and keeps every row until the record is back', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('The record is down.')));
    const session = issueSession();
    const test = new TestSession(session);
    await test.rpc.submit(session, requestOf('Fix it'));
    const runner = await test.open();
    const input = { text: '{}', bytes: 2, cut: false };
    const output = { text: 'x'.repeat(60_000), bytes: 60_000, cut: false };
    await runner.events(
      started,
      { type: 'claude.tool_use', toolUseId: 't1', name: 'Read', input, parent: null },
      { type: 'claude.tool_result', toolUseId: 't1', isError: false, output, durationMs: 3, parent: null },
      turnEnded,
      finished({ type: 'unchanged' }),
    );
    await test.evict();
    expect((await test.task()).state).toBe('completed');
    const rows = (await test.held('record')).flatMap((body) => (body.kind === 'record' ? [body.row] : []));
    expect(rows.map(({ table }) => table).sort()).toEqual([
      'command_ended',
      'command_started',
      'search_text',
      'search_text',
      'search_text',
      'session_messages',
      'session_messages',
      'sessions',
      'tasks',
      'usage',
    ]);
    const find = (table: string) => rows.find((row) => row.table === table)?.row;
    expect(find('command_ended')).toMatchObject({
      status: 'ok',
      resultCut: true,
      result: 'x'.repeat(50_000),
    });

    vi.unstubAllGlobals();
    await test.ringDeadline('outbox');
    await eventually(async () => expect(await test.held('record')).toEqual([]));
    const db = openRecord(env);
    const [task] = await db.select().from(tasks).where(eq(tasks.sessionId, test.id));
    expect(task).toMatchObject({ state: 'completed', costUsd: 0.05, account: 'local' });
    const [listed] = await db.select().from(sessions).where(eq(sessions.id, test.id));
    expect(listed).toMatchObject({ status: 'idle', taskCount: 1, repository: 'acme/shop', costUsd: 0.05 });
    const [cost] = await db.select().from(usage).where(eq(usage.sessionId, test.id));
    expect(cost).toMatchObject({ inputTokens: 100, model: 'test-model', turns: 2 });
    const [command] = await db.select().from(commandLogs).where(eq(commandLogs.sessionId, test.id));
    expect(command).toMatchObject({ tool: 'Read', status: 'ok', resultCut: true, durationMs: 3 });
    const said = await db.select().from(sessionMessages).where(eq(sessionMessages.sessionId, test.id));
    expect(said.map(({ direction, status }) => [direction, status]).sort()).toEqual([
      ['in', 'delivered'],
      ['out', 'delivered'],
    ]);
  });
});
