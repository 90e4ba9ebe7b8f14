import { describe, expect, it } from 'vitest';
import { hookInputSchema, hookReportSchema } from './hooks.ts';
import { REPORTED_HOOKS, readHook } from './read-hook.ts';

const CLAUDE = 'f92a90c5-9bd8-4b86-9bbb-4c1bb140064d';
const MARK = { at: 1_795_000_000_000, id: 'one' };

const inputOf = (event: string, fields: Record<string, unknown> = {}) =>
  hookInputSchema.parse({ session_id: CLAUDE, cwd: '/p', hook_event_name: event, ...fields });
const read = (event: string, fields = {}) => readHook(inputOf(event, fields), MARK);

/** Fields of every kind, as one that fits each event. */
const ALL = {
  prompt_id: 'p1',
  prompt: 'Go',
  tool_name: 'Bash',
  tool_use_id: 't1',
  tool_input: {},
  tool_response: 'done',
  message: 'Claude waits',
  message_id: 'm1',
  reason: 'other',
};

describe('what a hook is given', () => {
  it.each(REPORTED_HOOKS)('becomes a report that the protocol takes: %s', (event) => {
    expect(hookReportSchema.safeParse(read(event, ALL)).success).toBe(true);
  });

  it('says nothing for events that are not shown, and where it lacks what it is about', () => {
    for (const event of ['PreCompact', 'PostToolBatch', 'SomethingNew']) expect(read(event, ALL)).toBeNull();
    for (const event of ['PostToolUse', 'MessageDisplay', 'Notification']) expect(read(event)).toBeNull();
  });

  it('has the same key whenever it comes, and another for another start or end of the same tool', () => {
    const again = readHook(inputOf('PostToolUse', ALL), { at: 5, id: 'two' });
    expect(again?.key).toBe(read('PostToolUse', ALL)?.key);
    expect(read('PostToolUseFailure', ALL)?.key).toBe(again?.key);
    expect(read('PreToolUse', ALL)?.key).not.toBe(again?.key);
  });

  it.each([
    [{ stdout: 'out', stderr: '' }, 'out'],
    [{ stdout: 'out', stderr: 'err' }, 'out\nerr'],
    [{ content: 'a file' }, 'a file'],
    [{ type: 'create', filePath: '/p/a' }, '{"type":"create","filePath":"/p/a"}'],
    ['plain', 'plain'],
    [undefined, ''],
    [[1, 2], '[1,2]'],
  ])('shows the answer %j of a tool as a person would read it', (response, text) => {
    const fact = read('PostToolUse', { ...ALL, tool_response: response })?.fact;
    expect(fact?.type === 'tool_completed' && fact.output.text).toBe(text);
  });

  it('is cut to what the log takes, and never inside a character', () => {
    const report = read('UserPromptSubmit', { prompt: '🚂'.repeat(40_000) });
    expect(hookReportSchema.safeParse(report).success).toBe(true);
    const text = report?.fact.type === 'prompt' ? report.fact.text : '';
    expect(text.isWellFormed() && text.endsWith('🚂…')).toBe(true);
    const fact = read('PostToolUse', { ...ALL, tool_response: 'ä'.repeat(40_000) })?.fact;
    expect(fact?.type === 'tool_completed' && fact.output).toMatchObject({ bytes: 80_000, cut: true });
  });
});
