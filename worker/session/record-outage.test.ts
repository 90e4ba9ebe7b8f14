import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { issueSession, requestOf } from './testing/make-requests.ts';
import { finished, started, turnEnded } from './testing/runner-events.ts';
import { TestSession } from './testing/test-session.ts';

describe('a session whose record is down', () => {
  it('works as always and keeps every row until the record is back', async () => {
    // Nothing listens there.
    expect(env.LIBSQL_URL).toBe('http://127.0.0.1:9');
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
      'session_messages',
      'session_messages',
      'sessions',
      'tasks',
      'usage',
    ]);
    const find = (table: string) => rows.find((row) => row.table === table)?.row;
    expect(find('tasks')).toMatchObject({ state: 'completed', costUsd: 0.05, account: 'local' });
    expect(find('sessions')).toMatchObject({
      status: 'idle',
      taskCount: 1,
      repository: 'acme/shop',
      costUsd: 0.05,
    });
    expect(find('command_ended')).toMatchObject({
      status: 'ok',
      resultCut: true,
      result: 'x'.repeat(50_000),
    });
    expect(find('usage')).toMatchObject({ inputTokens: 100, model: 'test-model', turns: 2 });
  });
});
