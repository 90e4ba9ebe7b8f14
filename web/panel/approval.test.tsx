import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Decision, TaskView } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import type { ApprovalChoice } from '../model/session-model.ts';
import { ApprovalPanel } from './approval.tsx';

const SESSION = '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e';
const TREE = 'a'.repeat(40);

const WAITING: TaskView = {
  id: `${SESSION}.1`,
  number: 1,
  sessionId: SESSION,
  state: 'waiting_approval',
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
  work: { tree: TREE, files: 1, insertions: 2, deletions: 1 },
};

let host: HTMLElement;
const choices: ApprovalChoice[] = [];
const busy = signal(false);
const reason = signal('');
const model = {
  busy,
  decide: async (_taskId: string, choice: ApprovalChoice) => {
    choices.push(choice);
    return true;
  },
};

beforeEach(() => {
  choices.length = 0;
  busy.value = false;
  reason.value = '';
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
});

const show = (over: Partial<TaskView> = {}) =>
  act(() => render(<ApprovalPanel task={{ ...WAITING, ...over }} model={model} reason={reason} />, host));
const button = (name: string): HTMLButtonElement => {
  const found = [...host.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  if (found === undefined) throw new Error(`There is no button ${name}`);
  return found;
};
it.each([
  ['Approve', 'approved'],
  ['Reject', 'rejected'],
  ['Reject, and let Claude try again', 'rework'],
])('%s decides about exactly the tree that is shown, with the reason', async (name, verdict) => {
  await show();
  const area = host.querySelector('textarea');
  if (area === null) throw new Error('There is no field for the reason');
  await act(() => {
    area.value = ' not there ';
    area.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(() => button(name).click());
  expect(choices).toEqual([{ verdict, reason: 'not there', tree: TREE }]);
});

it('offers no choice once somebody has decided, and says who and why', async () => {
  const decision: Decision = {
    verdict: 'rejected',
    by: 'mona',
    via: 'comment',
    reason: 'Not now.',
    tree: TREE,
    at: 0,
  };
  await show({ state: 'rejected', decision });
  expect(host.querySelectorAll('button')).toHaveLength(0);
  expect(host.textContent).toContain('mona rejected the work: Not now.');
});

it('takes one answer at a time', async () => {
  await show();
  await act(() => {
    busy.value = true;
  });
  expect(button('Approve').disabled).toBe(true);
});
