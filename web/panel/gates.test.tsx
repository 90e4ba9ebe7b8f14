import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SessionEvent } from '../../protocol/events.ts';
import { type GateSummary, NO_GATES, type TaskGates } from '../../protocol/gates.ts';
import type { TaskView } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import type { GateChoice } from '../model/session-model.ts';
import { createTimeline, EMPTY_TIMELINE, type Timeline } from '../model/timeline.ts';
import { GatesPanel } from './gates.tsx';
import { MAX_SHOWN_CHARS } from './running-gate.tsx';

const SESSION = '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e';
const gate = (over: Partial<GateSummary>): GateSummary => ({
  name: 'lint',
  kind: 'command',
  required: true,
  status: 'passed',
  detail: null,
  exitCode: 0,
  durationMs: 5,
  tests: null,
  ...over,
});

function taskWith(gates: Partial<TaskGates>, state: TaskView['state']): TaskView {
  return {
    id: `${SESSION}.1`,
    number: 1,
    sessionId: SESSION,
    state,
    stateSince: 0,
    request: 'x',
    source: 'api',
    requester: { login: 'ada', id: null, name: null, email: null },
    options: taskOptionsSchema.parse({}),
    epoch: 1,
    runnerId: null,
    runnerName: null,
    usage: NO_USAGE,
    branch: null,
    commitSha: null,
    pullRequest: null,
    summary: null,
    failure: null,
    rescueRef: null,
    createdAt: 0,
    startedAt: null,
    endedAt: null,
    gates: { ...NO_GATES, ...gates },
  };
}

const EMPTY_TEXT = { text: '', bytes: 0, cut: false };

let host: HTMLElement;
const choices: GateChoice[] = [];
const note = signal('');
const timeline = signal<Timeline>(EMPTY_TIMELINE);
const model = {
  timeline,
  busy: signal(false),
  decideGates: async (_taskId: string, choice: GateChoice) => {
    choices.push(choice);
    return true;
  },
};
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
  choices.length = 0;
});
afterEach(() => {
  render(null, host);
  host.remove();
});

it('shows what failed and why, and offers the choices', async () => {
  const results = [gate({ status: 'failed', detail: 'It ended with 1.' }), gate({ name: 'tests' })];
  const task = taskWith({ names: ['lint', 'tests'], results, retries: 2 }, 'qa_failed');
  await act(() => render(<GatesPanel task={task} model={model} note={note} />, host));
  expect(host.querySelector('summary')?.textContent).toBe('Checks: 1 did not pass, 2 more tries by Claude');
  expect(host.querySelector('li')?.textContent).toContain('It ended with 1.');
  const area = host.querySelector('textarea');
  await act(() => {
    if (area !== null) area.value = ' Use tabs. ';
    area?.dispatchEvent(new Event('input', { bubbles: true }));
  });
  for (const button of host.querySelectorAll('button')) {
    await act(() => button.click());
  }
  expect(choices).toEqual([
    { what: 'retry', how: 'claude', note: 'Use tabs.' },
    { what: 'retry', how: 'gates', note: '' },
    { what: 'override', reason: '' },
  ]);
});

it('shows what runs and what comes, without a choice', async () => {
  const task = taskWith({ names: ['lint', 'tests'], results: [gate({})] }, 'qa_running');
  await act(() => render(<GatesPanel task={task} model={model} note={note} />, host));
  expect(host.querySelector('summary')?.textContent).toBe('Checks: 1 of 2 done');
  expect(host.textContent).toContain('tests');
  expect(host.querySelector('button')).toBeNull();
});

it('shows the end of what the running check puts out, as it comes', async () => {
  const task = taskWith({ names: ['lint', 'tests'], results: [gate({})] }, 'qa_running');
  const put = (name: string, text: string): SessionEvent => ({ type: 'gate.output', name, text });
  const happened = (...events: SessionEvent[]) =>
    createTimeline().extend(events.map((event, index) => ({ id: index + 1, at: 0, taskId: null, event })));
  const events = [put('lint', 'of lint'), put('tests', `${'-'.repeat(10_000)}\n1 of 2\n`)];
  timeline.value = happened(...events);
  await act(() => render(<GatesPanel task={task} model={model} note={note} />, host));
  const shown = () => host.querySelector('pre')?.textContent ?? '';
  expect(shown().endsWith('-\n1 of 2\n')).toBe(true);
  expect(shown().length).toBe(MAX_SHOWN_CHARS);
  expect(shown()).not.toContain('of lint');
  await act(() => {
    timeline.value = happened(
      ...events,
      { type: 'notice', level: 'info', text: 'x' },
      put('tests', '2 of 2'),
    );
  });
  expect(shown().endsWith('1 of 2\n2 of 2')).toBe(true);
  const ended = { ...gate({}), output: EMPTY_TEXT, annotations: [], annotationsCut: false };
  await act(() => {
    timeline.value = happened(...events, { type: 'gate.finished', gate: ended });
  });
  expect(host.querySelector('pre')).toBeNull();
});

it('shows what each check put out, when somebody asks for it', async () => {
  const task = taskWith({ names: ['lint'], results: [gate({ status: 'failed' })], retries: 0 }, 'qa_failed');
  const output = { text: 'line 3: no tabs', bytes: 40_000, cut: true };
  const ended = { ...gate({ status: 'failed' }), output, annotations: [], annotationsCut: false };
  timeline.value = createTimeline().extend([
    { id: 1, at: 0, taskId: task.id, event: { type: 'gate.finished', gate: ended } },
  ]);
  await act(() => render(<GatesPanel task={task} model={model} note={note} />, host));
  const details = host.querySelector<HTMLDetailsElement>('.gate-text');
  expect(details?.querySelector('pre')).toBeNull();
  await act(() => {
    if (details !== null) details.open = true;
    details?.dispatchEvent(new Event('toggle'));
  });
  expect(details?.querySelector('pre')?.textContent).toBe('line 3: no tabs');
  expect(details?.textContent).toContain('the runner keeps all');
});

it('says who let the work pass', async () => {
  const results = [gate({ status: 'failed', required: true })];
  const task = taskWith({ names: ['lint'], results, overriddenBy: 'ada' }, 'completed');
  await act(() => render(<GatesPanel task={task} model={model} note={note} />, host));
  expect(host.textContent).toContain('ada let the work pass');
});
