import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TaskAutomation, TaskView } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { AutomationPanel } from './automation.tsx';

const SESSION = '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e';

function taskWith(automation: TaskAutomation, state: TaskView['state']): TaskView {
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
    automation,
  };
}

let root: HTMLElement;
const finished: string[] = [];
beforeEach(() => {
  root = document.createElement('main');
  document.body.append(root);
  finished.length = 0;
});
afterEach(() => {
  render(null, root);
  root.remove();
});

function show(automation: TaskAutomation, state: TaskView['state']): void {
  const finishTask = async (taskId: string) => {
    finished.push(taskId);
    return true;
  };
  const model = { busy: signal(false), finishTask };
  act(() => render(<AutomationPanel task={taskWith(automation, state)} model={model} />, root));
}

it('says that a chat waits, and takes the work as it is', () => {
  show({ iterations: 0, missing: null, wants: { kind: 'chat', text: null } }, 'waiting_input');
  expect(root.textContent).toContain('Claude waits for your next message.');
  act(() => root.querySelector('button')?.click());
  expect(finished).toEqual([`${SESSION}.1`]);
});

it('says what a person is asked, and what is missing', () => {
  show(
    { iterations: 2, missing: 'A test.', wants: { kind: 'automation', text: 'Which customer?' } },
    'waiting_input',
  );
  expect(root.textContent).toContain('A person is asked: Which customer?');
  expect(root.textContent).toContain('Went on by itself 2 of at most 10 times.');
  expect(root.textContent).toContain('Still missing: A test.');
});

it('has nothing to press while Claude works', () => {
  show({ iterations: 1, missing: 'A test.', wants: null }, 'running');
  expect(root.querySelector('button')).toBeNull();
});
