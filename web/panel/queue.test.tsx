import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TaskView } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { QueuePanel } from './queue.tsx';

const SESSION = '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e';
const OTHER = '6f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e';
const START = Date.parse('2026-11-24T06:50:00Z');

function pending(over: Partial<TaskView>): TaskView {
  return {
    id: `${SESSION}.1`,
    number: 1,
    sessionId: SESSION,
    state: 'pending',
    stateSince: 0,
    request: 'x',
    source: 'api',
    requester: { login: 'ada', id: null, name: null, email: null },
    options: taskOptionsSchema.parse({ priority: 'high' }),
    epoch: 0,
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
    ...over,
  };
}

let host: HTMLElement;
const startedTasks: string[] = [];
const model = {
  busy: signal(false),
  startTask: async (taskId: string) => {
    startedTasks.push(taskId);
    return true;
  },
};
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
  startedTasks.length = 0;
});
afterEach(() => {
  render(null, host);
  host.remove();
});

it('says why a task waits, how many are before it, and when it is likely to start', async () => {
  const estimate = { startsAt: START, durationMs: 240_000, basedOn: 12 };
  const task = pending({ queue: { ahead: 3, reason: 'Every fitting runner is busy.', estimate } });
  await act(() => render(<QueuePanel task={task} model={model} />, host));
  expect(host.textContent).toContain('Every fitting runner is busy. 3 before it. Priority high.');
  expect(host.querySelector('time')?.dateTime).toBe(new Date(START).toISOString());
  expect(host.textContent).toMatch(/Such work takes about 4 min.* \(by 12 before it\)/);
  expect(host.querySelector('button')).toBeNull();
});

it('names the tasks that one waits for, and lets people start it all the same', async () => {
  const after = [
    { taskId: `${OTHER}.1`, ended: null },
    { taskId: `${OTHER}.2`, ended: 'completed' as const },
  ];
  await act(() => render(<QueuePanel task={pending({ after, ifFailed: 'hold' })} model={model} />, host));
  expect(host.textContent).toContain('Waits for other tasks. It is held when one of them is not completed.');
  expect([...host.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
    `/sessions/${OTHER}`,
    `/sessions/${OTHER}`,
  ]);
  await act(() => host.querySelector('button')?.click());
  expect(startedTasks).toEqual([`${SESSION}.1`]);
});

it('shows nothing of a task that has begun', async () => {
  const task = pending({ state: 'running', after: [{ taskId: `${OTHER}.1`, ended: 'completed' }] });
  await act(() => render(<QueuePanel task={task} model={model} />, host));
  expect(host.textContent).toBe('');
});
