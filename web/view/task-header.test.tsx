import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TaskView } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { TaskHeader } from './task-header.tsx';

const sessionId = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const AT_MS = Date.UTC(2026, 0, 5, 12, 30);

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
  state: 'pending',
  stateSince: 0,
  request: 'Say hello',
  source: 'github',
  requester: { login: 'octocat', id: 1, name: null, email: null },
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
  recovery: { attempt: 2, maxAttempts: 3, kind: 'api_error', message: 'The model failed.', at: AT_MS },
  rescueRef: null,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
};

const said = () => host.querySelector('[role=status]')?.textContent ?? null;
const show = (shown: TaskView) => act(() => render(<TaskHeader task={shown} />, host));

it('says why a task is tried again by itself, when, and for which time', async () => {
  await show(task);
  expect(said()).toMatch(/^The model failed\. Tried again by itself on .+ \(attempt 2 of 3\)\.$/);
  expect(host.querySelector('[role=status] time')?.getAttribute('datetime')).toBe(
    new Date(AT_MS).toISOString(),
  );
});

it('names no time once the attempt has begun, and says nothing when the task is over', async () => {
  const { recovery } = task;
  if (recovery === undefined) throw new Error('The fixture waits for its next try.');
  await show({ ...task, state: 'running', recovery: { ...recovery, at: null } });
  expect(said()).toBe('The model failed. Tried again by itself (attempt 2 of 3).');
  await show({ ...task, state: 'completed', endedAt: 1 });
  expect(said()).toBeNull();
});
