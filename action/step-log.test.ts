import { expect, it } from 'vitest';
import type { SessionEvent } from '../protocol/events.ts';
import type { Annotation } from '../protocol/gates.ts';
import { EMPTY_LOG, endLog, logEvent, MAX_ANNOTATIONS } from './step-log.ts';
import type { StepOutput } from './step-output.ts';

const cut = (text: string) => ({ text, bytes: text.length, cut: false });
const words = (text: string): SessionEvent => ({ type: 'claude.text', text, parent: null });
const use = (name: string, input: unknown, parent: string | null = null): SessionEvent => ({
  type: 'claude.tool_use',
  toolUseId: 't',
  name,
  input: cut(JSON.stringify(input)),
  parent,
});
const ended: SessionEvent = {
  type: 'claude.turn_ended',
  isError: false,
  terminalReason: null,
  text: cut('Done.'),
  turns: 2,
  durationMs: 12_345,
  usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.25 },
  model: null,
};

function logOf(events: readonly SessionEvent[]) {
  let state = EMPTY_LOG;
  const all: StepOutput[] = [];
  for (const event of events) {
    const { state: next, output } = logEvent(state, event);
    state = next;
    all.push(...output);
  }
  return { state, all: [...all, ...endLog(state)] };
}

function gate(name: string, annotations: Annotation[]): SessionEvent {
  return {
    type: 'gate.finished',
    gate: {
      name,
      kind: 'command',
      required: true,
      status: 'failed',
      detail: null,
      exitCode: 1,
      durationMs: 100,
      tests: null,
      output: cut(''),
      annotations,
      annotationsCut: false,
    },
  };
}

it('has a group for each turn of Claude, with its tools in a line each', () => {
  const { all } = logOf([
    words('I look.'),
    use('Bash', { command: 'npm test\nnpm run lint', description: 'Tests' }),
    use('Read', { file_path: 'a.ts' }, 'agent'),
    ended,
    words('Once more.'),
  ]);
  expect(all).toEqual([
    { type: 'group', title: 'Claude, turn 1' },
    { type: 'line', text: 'I look.' },
    { type: 'line', text: '▸ Bash: npm test npm run lint' },
    { type: 'line', text: '    ▸ Read: a.ts' },
    { type: 'end_group' },
    { type: 'line', text: 'Turn over after 12 s, $0.25.' },
    { type: 'group', title: 'Claude, turn 2' },
    { type: 'line', text: 'Once more.' },
    { type: 'end_group' },
  ]);
});

it('shows no more annotations than GitHub does, each once, and counts the rest', () => {
  const finding = (line: number, level: Annotation['level']): Annotation => ({
    path: 'a.ts',
    line,
    column: null,
    level,
    message: 'no',
  });
  const failures = Array.from({ length: 12 }, (_, index) => finding(index + 1, 'failure'));
  const { all, state } = logOf([
    gate('lint', failures),
    gate('lint', failures),
    gate('style', [finding(1, 'notice')]),
  ]);
  const shown = all.flatMap((each) => (each.type === 'annotation' ? [each.annotation.level] : []));
  expect(shown.filter((level) => level === 'failure')).toHaveLength(MAX_ANNOTATIONS.failure);
  expect(shown.filter((level) => level === 'notice')).toHaveLength(1);
  expect(state.dropped).toBe(3);
  expect(all.at(-1)).toEqual({ type: 'line', text: "3 more annotations are on the session's page." });
});
