import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { submitAnswerSchema } from '../../protocol/http.ts';
import { type TaskView, taskViewSchema } from '../../protocol/task.ts';
import { SessionPage } from './session-page.tsx';
import {
  type Answer,
  openTestSession,
  SESSION,
  SESSION_ID,
  TASK,
  type TestSession,
} from './testing/session-fixture.ts';

/** Scripts that are loaded on demand come late on a busy machine. */
const LOADED = { timeout: 30_000 };

let host: HTMLElement;
let open: TestSession | null = null;
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
  open?.model.close();
  open = null;
  vi.unstubAllGlobals();
});

/** The page of a session with this task; none for null. */
async function show(
  task: TaskView | null,
  answers: Readonly<Record<string, Answer>> = {},
): Promise<TestSession> {
  open?.model.close();
  const session = openTestSession(answers);
  open = session;
  session.shows({ tasks: task === null ? [] : [task] });
  await act(() => render(<SessionPage key={Math.random()} model={session.model} />, host));
  return session;
}

const ordered = (what: string): Readonly<Record<string, Answer>> => ({
  [`POST /api/tasks/${TASK.id}/${what}`]: { schema: taskViewSchema, value: TASK },
});

function button(name: string): HTMLButtonElement {
  const found = [...host.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  if (found === undefined) throw new Error(`There is no button ${name}`);
  return found;
}

it('shows hostile text as text', async () => {
  const { happens } = await show(TASK);
  const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
  await act(() => happens({ type: 'claude.text', text: hostile, parent: null }));
  expect(host.querySelector('.said .text')?.textContent).toBe(hostile);
  expect(host.querySelector('img, script')).toBeNull();
});

it('adds rows as events arrive', async () => {
  const { happens } = await show(TASK);
  expect(host.querySelectorAll('.timeline > li')).toHaveLength(0);
  await act(() => happens({ type: 'notice', level: 'info', text: 'two minutes left' }));
  expect(host.querySelector('.timeline > li')?.textContent).toContain('two minutes left');
});

it('sends a prompt', async () => {
  const { asked } = await show(TASK, {
    [`POST /api/sessions/${SESSION_ID}/messages`]: {
      schema: submitAnswerSchema,
      value: { outcome: 'message_queued', task: TASK, messageId: 'm1' },
    },
  });
  const box = host.querySelector('textarea');
  const form = host.querySelector('form');
  if (box === null || form === null) throw new Error('no prompt box');
  await act(() => {
    box.value = 'Use English';
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(() => {
    form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
  await vi.waitFor(() => expect(box.value).toBe(''), LOADED);
  expect(asked).toEqual([
    { method: 'POST', path: `/api/sessions/${SESSION_ID}/messages`, body: { text: 'Use English' } },
  ]);
});

it.each([
  [TASK, 'Cancel task 1', 'cancel'],
  [TASK, 'Pause task 1', 'pause'],
  [{ ...TASK, state: 'paused' as const }, 'Resume task 1', 'resume'],
  [{ ...TASK, state: 'pending' as const, held: true as const }, 'Resume task 1', 'resume'],
])('%#: gives the order that fits the state of the task: %s', async (task, name, order) => {
  const { asked } = await show(task, ordered(order));
  await act(() => button(name).click());
  expect(asked.map(({ path }) => path)).toEqual([`/api/tasks/${TASK.id}/${order}`]);
});

it('offers neither pause nor resume while work is handed on', async () => {
  await show({ ...TASK, state: 'waiting_qa' });
  expect(host.textContent).not.toMatch(/Pause task|Resume task/);
});

it('offers no cancel button when nothing runs', async () => {
  await show(null);
  expect(host.querySelector('button.danger')).toBeNull();
  expect(host.querySelector('label')?.textContent).toBe('Start a new task in this session');
});

it('says whose terminal it shows, and offers nothing to type to it or to press', async () => {
  const session = openTestSession();
  open = session;
  session.shows({
    session: { ...SESSION, attached: { by: 'mona', host: 'laptop', lastReportAt: 0 } },
    tasks: [{ ...TASK, source: 'cli', runnerName: null }],
  });
  await act(() => render(<SessionPage model={session.model} />, host));
  expect(host.querySelector('[role="note"]')?.textContent).toContain('in the terminal of mona on laptop');
  expect(host.querySelector('textarea, form')).toBeNull();
  expect(host.textContent).not.toMatch(/Cancel|Pause|Send/);
});

it('says what to do when a task failed', async () => {
  await show({
    ...TASK,
    state: 'failed',
    failure: {
      kind: 'not_logged_in',
      message: 'Claude Code is not logged in.',
      remedy: 'Run claude login.',
      retryAt: null,
    },
  });
  expect(host.querySelector('[role="alert"]')?.textContent).toContain('Run claude login.');
});

const FAILED: TaskView = {
  ...TASK,
  state: 'failed',
  source: 'dashboard',
  failure: { kind: 'preflight', message: 'Git is missing.', remedy: 'Install it.', retryAt: null },
};

it('offers to try a failed task again, and leads back to the form that it was asked for with', async () => {
  const { asked } = await show(FAILED, ordered('retry'));
  expect(host.querySelector(`a[href="/new?again=${TASK.id}"]`)).not.toBeNull();
  await act(() => button('Try again').click());
  expect(asked.map(({ path }) => path)).toEqual([`/api/tasks/${TASK.id}/retry`]);
});

it('leads to no form where there was none', async () => {
  await show({ ...FAILED, source: 'github' });
  expect(button('Try again').disabled).toBe(false);
  expect(host.querySelector('a[href^="/new"]')).toBeNull();
});

it('says that the connection dropped until it is back', async () => {
  const { drops } = await show(TASK);
  expect(host.querySelector('.connection')).toBeNull();
  await act(() => drops());
  expect(host.querySelector('.connection')?.textContent).toContain('Reconnecting; nothing is missed');
});

it('shows what a task has used of what it may use, who does it, and with which model', async () => {
  const { happens } = await show({
    ...TASK,
    options: { ...TASK.options, maxUsd: 2, maxTokens: 1_000_000, maxMinutes: 30 },
    usage: {
      ...TASK.usage,
      inputTokens: 10_000,
      outputTokens: 2_340,
      cacheReadTokens: 900_000,
      costUsd: 0.5,
    },
    startedAt: Date.now() - 65_000,
  });
  await act(() =>
    happens({
      type: 'claude.started',
      claudeSessionId: SESSION_ID,
      resumed: false,
      model: 'claude-sonnet-5',
      version: '2.1.1',
      sinceAssignMs: 1,
    }),
  );
  const facts = Object.fromEntries(
    [...host.querySelectorAll('.facts > div')].map((fact) => [
      fact.querySelector('dt')?.textContent,
      fact.querySelector('dd')?.textContent,
    ]),
  );
  expect(facts).toMatchObject({
    'Asked by': 'octocat',
    Time: expect.stringMatching(/^1:0\d/),
    Cost: '$0.50 of $2.00',
    Tokens: '12.3K of 1M',
    Runner: 'desk',
    Model: 'claude-sonnet-5',
  });
});

it('folds tasks that ended before the latest one', async () => {
  const session = openTestSession();
  open = session;
  const second = { ...TASK, id: `${SESSION_ID}.2`, number: 2 };
  session.shows({ tasks: [{ ...TASK, state: 'completed' }, second] });
  await act(() => render(<SessionPage model={session.model} />, host));
  expect(host.querySelector('.past-tasks summary')?.textContent).toBe('1 earlier task');
  expect(host.querySelector('.past-tasks [data-state="completed"]')).not.toBeNull();
  expect(host.querySelector('header > [data-state="running"]')).not.toBeNull();
});

it('ends a call in its row when its result comes, and counts the steps of a sub-agent as they come', async () => {
  const { happens } = await show(TASK);
  const agent = { toolUseId: 'a', name: 'Agent', input: text('{"description":"Look"}') };
  await act(() => happens({ type: 'claude.tool_use', ...agent, parent: null }));
  const row = () => host.querySelector('.timeline > li');
  expect(row()?.querySelector('details')?.className).toBe('tool running');
  await act(() => happens({ type: 'claude.text', text: 'I look', parent: 'a' }));
  expect(row()?.textContent).toContain('Show the one step of the sub-agent');
  const result = { toolUseId: 'a', isError: false, output: text('Fine'), durationMs: 5, parent: null };
  await act(() => happens({ type: 'claude.tool_result', ...result }));
  expect(row()?.querySelector('details')?.className).toBe('tool ok');
});

it('shows the to-do list as it stands now', async () => {
  const { happens } = await show(TASK);
  const write = (id: string, status: string) => ({
    type: 'claude.tool_use' as const,
    toolUseId: id,
    name: 'TodoWrite',
    input: text(JSON.stringify({ todos: [{ content: 'Oil the hinges', status, activeForm: 'x' }] })),
    parent: null,
  });
  await act(() => happens(write('a', 'in_progress')));
  expect(host.querySelector('.todos summary')?.textContent).toBe('To-do list 0 of 1 done · Oil the hinges');
  await act(() => happens(write('b', 'completed')));
  expect(host.querySelector('.todos summary')?.textContent).toBe('To-do list 1 of 1 done');
});

const text = (content: string) => ({ text: content, bytes: content.length, cut: false });

const WAITING: TaskView = {
  ...TASK,
  state: 'waiting_approval',
  work: { tree: 'a'.repeat(40), files: 2, insertions: 2, deletions: 1 },
};

it('puts files, checks and approval behind tabs where there is no room for them, and keeps what is typed', async () => {
  await show(WAITING);
  const names = () => [...host.querySelectorAll('[role=tab]')].map((tab) => tab.textContent);
  expect(names()).toEqual(['Conversation', 'Files 2', 'Approval (waits for somebody)']);
  const prompt = host.querySelector<HTMLTextAreaElement>('#prompt');
  if (prompt === null) throw new Error('no prompt box');
  await act(() => {
    prompt.value = 'half a sentence';
    prompt.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(() => host.querySelector<HTMLButtonElement>('#tab-approval')?.click());
  await vi.waitFor(() => expect(button('Approve').disabled).toBe(false), LOADED);
  expect(host.querySelector('[role=tabpanel]')?.getAttribute('aria-labelledby')).toBe('tab-approval');
  expect(host.querySelector('.timeline')).toBeNull();
  expect(host.querySelector<HTMLTextAreaElement>('#prompt')?.value).toBe('half a sentence');
  const reason = () => host.querySelector<HTMLTextAreaElement>('#approval-reason-1');
  await act(() => {
    const field = reason();
    if (field === null) throw new Error('no field for the reason');
    field.value = 'Say it in capitals';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(() => {
    host
      .querySelector('#tab-approval')
      ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  });
  expect(host.querySelector('[aria-selected=true]')?.id).toBe('tab-conversation');
  expect(reason()).toBeNull();
  await act(() => host.querySelector<HTMLButtonElement>('#tab-approval')?.click());
  expect(reason()?.value).toBe('Say it in capitals');
});

it('has no tabs while there is nothing but the conversation', async () => {
  await show(TASK);
  expect(host.querySelector('[role=tab], [role=tabpanel]')).toBeNull();
});
