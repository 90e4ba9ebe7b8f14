import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LoggedEvent } from '../../protocol/events.ts';
import type { TaskView } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import type { SessionModel } from '../model/session-model.ts';
import { createTimeline, EMPTY_TIMELINE } from '../model/timeline.ts';
import { SessionPage } from './session-page.tsx';
import { attentionOf } from './testing/attention-fixture.ts';

const sessionId = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
let host: HTMLElement;
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
});

const task: TaskView = {
  id: `${sessionId}.1`,
  number: 1,
  sessionId,
  state: 'running',
  stateSince: 0,
  request: 'Say hello',
  source: 'github',
  requester: { login: 'octocat', id: 1, name: null, email: null },
  options: taskOptionsSchema.parse({}),
  epoch: 1,
  runnerId: null,
  runnerName: 'desk',
  usage: NO_USAGE,
  branch: null,
  commitSha: null,
  pullRequest: null,
  summary: null,
  failure: null,
  rescueRef: null,
  createdAt: 0,
  startedAt: 0,
  endedAt: null,
};

/** A model in a given state that records what it is told to do. */
function modelWith(active: TaskView | null) {
  const told: string[] = [];
  const model: SessionModel = {
    id: sessionId,
    session: signal(null),
    tasks: signal(active === null ? [] : [active]),
    messages: signal([]),
    timeline: signal(EMPTY_TIMELINE),
    connection: signal('live'),
    activeTask: signal(active),
    attention: attentionOf([]).attention,
    problem: signal(null),
    busy: signal(false),
    send: async (text) => {
      told.push(`send ${text}`);
      return true;
    },
    order: async (what) => {
      told.push(what);
    },
    answer: async () => true,
    startTask: async () => true,
    finishTask: async () => true,
    decideGates: async () => true,
    decide: async () => true,
    readDiff: async () => null,
    close: () => {},
  };
  return { model, told };
}

const show = (model: SessionModel) => act(() => render(<SessionPage model={model} />, host));

it('shows hostile text as text', async () => {
  const { model } = modelWith(task);
  const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
  const event: LoggedEvent = {
    id: 1,
    at: 0,
    taskId: null,
    event: { type: 'claude.text', text: hostile, parent: null },
  };
  model.timeline.value = createTimeline().extend([event]);
  await show(model);
  expect(host.querySelector('.said .text')?.textContent).toBe(hostile);
  expect(host.querySelector('img, script')).toBeNull();
});

it('adds rows as events arrive', async () => {
  const { model } = modelWith(task);
  await show(model);
  expect(host.querySelectorAll('.timeline li')).toHaveLength(0);
  await act(() => {
    model.timeline.value = createTimeline().extend([
      { id: 1, at: 0, taskId: null, event: { type: 'notice', level: 'info', text: 'two minutes left' } },
    ]);
  });
  expect(host.querySelector('.timeline li')?.textContent).toContain('two minutes left');
});

it('sends a prompt and cancels the running task', async () => {
  const { model, told } = modelWith(task);
  await show(model);
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
  await act(() => {
    host.querySelector<HTMLButtonElement>('button.danger')?.click();
  });
  expect(told).toEqual(['send Use English', 'cancel']);
  expect(box.value).toBe('');
});

it('pauses a task that works, and lets one go on that is paused or held', async () => {
  const cases: [TaskView, string, string][] = [
    [task, 'Pause task 1', 'pause'],
    [{ ...task, state: 'paused' }, 'Resume task 1', 'resume'],
    [{ ...task, state: 'pending', held: true }, 'Resume task 1', 'resume'],
  ];
  for (const [shown, name, order] of cases) {
    const { model, told } = modelWith(shown);
    await show(model);
    const button = [...host.querySelectorAll('button')].find(({ textContent }) => textContent === name);
    await act(() => button?.click());
    expect(told).toEqual([order]);
  }
  const { model } = modelWith({ ...task, state: 'waiting_qa' });
  await show(model);
  expect(host.textContent).not.toMatch(/Pause task|Resume task/);
});

it('offers no cancel button when nothing runs', async () => {
  const { model } = modelWith(null);
  await show(model);
  expect(host.querySelector('button.danger')).toBeNull();
  expect(host.querySelector('label')?.textContent).toBe('Start a new task in this session');
});

it('says whose terminal it shows, and offers nothing to type or to press', async () => {
  const { model } = modelWith({ ...task, source: 'cli', runnerName: null });
  model.session.value = {
    id: sessionId,
    key: `claude:local/${sessionId}`,
    account: 'local',
    title: 'Mend the door',
    source: 'cli',
    workspace: { type: 'local', path: '/home/mona/shop' },
    status: 'active',
    branch: null,
    url: null,
    claudeSessionId: sessionId,
    taskCount: 1,
    lastEventId: 1,
    createdAt: 0,
    updatedAt: 0,
    assignee: null,
    labels: [],
    metadata: {},
    attached: { by: 'mona', host: 'laptop', lastReportAt: 0 },
  };
  await show(model);
  expect(host.querySelector('[role="note"]')?.textContent).toContain('in the terminal of mona on laptop');
  expect(host.querySelector('textarea, button')).toBeNull();
});

it('says what to do when a task failed', async () => {
  const failure = {
    kind: 'not_logged_in',
    message: 'Claude Code is not logged in.',
    remedy: 'Run claude login.',
    retryAt: null,
  };
  const { model } = modelWith({ ...task, state: 'failed', failure: { ...failure, kind: 'not_logged_in' } });
  await show(model);
  expect(host.querySelector('[role="alert"]')?.textContent).toContain('Run claude login.');
});
