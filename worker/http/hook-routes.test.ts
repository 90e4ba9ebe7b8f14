import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { HOOK_SESSION_HEADER, hookReportsAnswerSchema } from '../../protocol/hooks.ts';
import { commandLogPageSchema, eventPageSchema } from '../../protocol/http.ts';
import { readHook } from '../../protocol/read-hook.ts';
import { accountOf } from '../account/account-of.ts';
import { eventually } from '../testing/eventually.ts';
import { accountsFrom, call, eventsOf, openTerminal, post, sessionOf } from './testing/report-terminal.ts';

const newAccount = accountsFrom(210_000);
const terminal = (account = newAccount(), query = '') => openTerminal(account, query);

describe('a Claude Code in a terminal', () => {
  it('gets a session with its first report, of the folder that it works in', async () => {
    const { hook, input, sessionId, account, id } = terminal();
    const response = await hook(
      input('UserPromptSubmit', { prompt: 'Mend the door\nplease', prompt_id: 'p1' }),
    );
    expect([response.status, await response.json(), response.headers.get(HOOK_SESSION_HEADER)]).toEqual([
      200,
      {},
      sessionId,
    ]);
    expect(await sessionOf(sessionId)).toMatchObject({
      session: {
        account,
        title: 'Mend the door',
        source: 'cli',
        status: 'active',
        key: `claude:${account}/${id}`,
        workspace: { type: 'local', path: '/home/mona/shop' },
        attached: { by: 'admin', host: null },
      },
      tasks: [
        { number: 1, state: 'running', request: 'Mend the door\nplease', source: 'cli', runnerId: null },
      ],
    });
  });

  it('shows a whole turn in the log, the messages and the tool calls of the record', async () => {
    const { hook, input, tool, sessionId } = terminal();
    await hook(input('SessionStart', { source: 'startup' }));
    await hook(input('UserPromptSubmit', { prompt: 'Run the tests', prompt_id: 'p1' }));
    await hook(tool('PreToolUse', 't1'));
    const response = { stdout: '12 passed', stderr: 'a warning', interrupted: false };
    await hook(tool('PostToolUse', 't1', { tool_response: response, duration_ms: 2_140 }), 'tool-complete');
    const said = { prompt_id: 'p1', message_id: 'm1', final: false };
    await hook(input('MessageDisplay', { ...said, index: 0, delta: 'All ' }));
    await hook(input('MessageDisplay', { ...said, index: 1, delta: 'green.', final: true }));
    await hook(input('Stop', { prompt_id: 'p1', last_assistant_message: 'All green.' }));

    const { session, tasks } = await sessionOf(sessionId);
    expect(session).toMatchObject({ status: 'idle', taskCount: 1 });
    expect(tasks).toMatchObject([{ state: 'completed', summary: 'All green.' }]);
    const events = await eventsOf(sessionId);
    expect(events.filter(({ type }) => type.startsWith('claude.'))).toEqual([
      {
        type: 'claude.tool_use',
        toolUseId: 't1',
        name: 'Bash',
        input: { text: '{"command":"npm test"}', bytes: 22, cut: false },
        parent: null,
      },
      {
        type: 'claude.tool_result',
        toolUseId: 't1',
        isError: false,
        output: { text: '12 passed\na warning', bytes: 19, cut: false },
        durationMs: 2_140,
        parent: null,
      },
      { type: 'claude.text', text: 'All green.', parent: null },
      expect.objectContaining({ type: 'claude.turn_ended', isError: false }),
    ]);
    const messages = await (await call(`/api/sessions/${sessionId}/messages`)).json();
    expect(messages).toMatchObject({
      items: [
        { direction: 'in', source: 'cli', content: 'Run the tests', status: 'delivered' },
        { direction: 'out', source: 'cli', content: 'All green.', author: 'claude' },
      ],
    });
    await eventually(async () => {
      const logs = commandLogPageSchema.parse(await (await call(`/api/sessions/${sessionId}/logs`)).json());
      expect(logs.items).toMatchObject([
        { tool: 'Bash', status: 'ok', result: '12 passed\na warning', durationMs: 2_140 },
      ]);
    });
  });

  it('is noted in the audit log when its session is made, and not with each report', async () => {
    const { hook, input, tool, account, sessionId } = terminal();
    await hook(input('UserPromptSubmit', { prompt: 'Go', prompt_id: 'p1' }));
    await hook(tool('PreToolUse', 't1'));
    await eventually(async () => {
      const entries = await accountOf(env, account).audit.after(0, 10);
      expect(entries).toMatchObject([
        { action: 'session.attached', target: { kind: 'session', id: sessionId }, outcome: 'done' },
      ]);
    });
  });

  it('stores a report once, however often it comes', async () => {
    const { hook, input, tool, sessionId } = terminal();
    const all = [
      input('UserPromptSubmit', { prompt: 'Go', prompt_id: 'p1' }),
      tool('PreToolUse', 't1'),
      tool('PostToolUse', 't1', { tool_response: 'done' }),
    ];
    for (const one of [...all, ...all]) await hook(one);
    const { tasks } = await sessionOf(sessionId);
    expect(tasks).toHaveLength(1);
    const types = (await eventsOf(sessionId)).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('claude.'))).toEqual([
      'claude.tool_use',
      'claude.tool_result',
    ]);
  });

  it('shows a finished tool whose start and whose prompt were never reported', async () => {
    const { hook, tool, sessionId } = terminal();
    await hook(tool('PostToolUseFailure', 't1', { error: 'Exit code 3', duration_ms: 5 }), 'tool-complete');
    expect((await sessionOf(sessionId)).tasks).toMatchObject([{ number: 1, state: 'running' }]);
    const events = await eventsOf(sessionId);
    expect(events.slice(-2)).toMatchObject([
      { type: 'claude.tool_use', toolUseId: 't1', name: 'Bash' },
      { type: 'claude.tool_result', toolUseId: 't1', isError: true, output: { text: 'Exit code 3' } },
    ]);
  });

  it('closes a tool of which nothing more was heard when its turn ends', async () => {
    const { hook, input, tool, sessionId } = terminal();
    await hook(tool('PreToolUse', 't1'));
    await hook(input('Stop', { prompt_id: 'p1', last_assistant_message: 'It was not allowed.' }));
    const results = (await eventsOf(sessionId)).filter(({ type }) => type === 'claude.tool_result');
    expect(results).toMatchObject([{ toolUseId: 't1', isError: true, output: { text: /No result/ } }]);
  });

  it('makes each prompt a task, and stops the one that another prompt or the end of Claude Code cut short', async () => {
    const { hook, input, sessionId } = terminal();
    await hook(input('UserPromptSubmit', { prompt: 'One', prompt_id: 'p1' }));
    await hook(input('UserPromptSubmit', { prompt: 'Two', prompt_id: 'p2' }));
    await hook(input('SessionEnd', { reason: 'prompt_input_exit' }));
    const { session, tasks } = await sessionOf(sessionId);
    expect(tasks.map(({ request, state }) => [request, state])).toEqual([
      ['One', 'stopped'],
      ['Two', 'stopped'],
    ]);
    expect(session.status).toBe('idle');
  });

  it('fails the task whose turn the model did not answer', async () => {
    const { hook, input, sessionId } = terminal();
    await hook(input('UserPromptSubmit', { prompt: 'Go', prompt_id: 'p1' }));
    await hook(input('StopFailure', { prompt_id: 'p1', error: 'rate_limit' }));
    expect((await sessionOf(sessionId)).tasks).toMatchObject([
      { state: 'failed', failure: { kind: 'api_error', message: /rate_limit/ } },
    ]);
  });

  it('has what looks like a secret blanked out before it is stored', async () => {
    const { hook, tool, sessionId } = terminal();
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    await hook(tool('PostToolUse', 't1', { tool_response: { stdout: `token ${secret}` } }));
    expect(JSON.stringify(await eventsOf(sessionId))).not.toContain(secret);
  });
});

describe('reports that were kept on the machine', () => {
  it('come together, are stored once, and say how many were new', async () => {
    const { account, id, cwd, input, tool, sessionId } = terminal();
    const at = Date.now() - 60_000;
    const inputs = [input('UserPromptSubmit', { prompt: 'Go', prompt_id: 'p1' }), tool('PreToolUse', 't1')];
    const reports = inputs.map((one, index) => readHook(one, { at: at + index, id: String(index) }));
    const body = { account, claudeSessionId: id, cwd, host: 'laptop', reports };
    const send = async () =>
      hookReportsAnswerSchema.parse(await (await post('/api/hooks/reports', body)).json());
    expect(await send()).toEqual({ sessionId, stored: 2, known: 0 });
    expect(await send()).toEqual({ sessionId, stored: 0, known: 2 });
    const page = eventPageSchema.parse(await (await call(`/api/sessions/${sessionId}/events`)).json());
    expect(page.events.find(({ event }) => event.type === 'claude.tool_use')?.at).toBe(at + 1);
    expect((await sessionOf(sessionId)).session.attached).toMatchObject({ host: 'laptop' });
  });

  it('may be none: then nothing is made, and the answer tells whether they would be taken', async () => {
    const { account, id, cwd, sessionId } = terminal();
    const body = { account, claudeSessionId: id, cwd, host: null, reports: [] };
    const response = await post('/api/hooks/reports', body);
    expect(await response.json()).toEqual({ sessionId: null, stored: 0, known: 0 });
    expect((await call(`/api/sessions/${sessionId}`)).status).toBe(404);
  });
});
