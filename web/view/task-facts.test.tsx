import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TaskView } from '../../protocol/task.ts';
import { EMPTY_TIMELINE } from '../model/timeline.ts';
import type { WorkTime } from '../model/work-times.ts';
import { TaskFacts } from './task-facts.tsx';
import { TASK } from './testing/session-fixture.ts';

const NOW = Date.UTC(2026, 0, 5, 12, 30);
const MINUTE_MS = 60_000;

let host: HTMLElement;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
  vi.useRealTimers();
});

const STARTED: TaskView = {
  ...TASK,
  options: { ...TASK.options, maxMinutes: 10 },
  startedAt: NOW - 5 * MINUTE_MS,
};

const show = (task: TaskView, worked: WorkTime) =>
  act(() =>
    render(
      <TaskFacts task={task} timeline={{ ...EMPTY_TIMELINE, workTimes: new Map([[task.id, worked]]) }} />,
      host,
    ),
  );
const time = (): string | null | undefined =>
  [...host.querySelectorAll('.facts > div')].find((fact) => fact.textContent?.startsWith('Time'))
    ?.lastElementChild?.textContent;

it('counts on while a task runs, and what is left of its minutes down', async () => {
  await show(STARTED, { workedMs: MINUTE_MS, since: NOW - 2 * MINUTE_MS });
  expect(time()).toBe('5:00 · 7 of 10 min left');
  await act(() => void vi.advanceTimersByTime(7 * MINUTE_MS - 30_000));
  expect(time()).toBe('11:30 · 30 s of 10 min left');
  expect(host.querySelector('.share.near')).not.toBeNull();
});

it('takes nothing off its minutes while it waits', async () => {
  await show(STARTED, { workedMs: MINUTE_MS, since: null });
  await act(() => void vi.advanceTimersByTime(3 * MINUTE_MS));
  expect(time()).toBe('8:00 · 9 of 10 min left');
});

it('stands still when the task is over', async () => {
  const ended: TaskView = { ...STARTED, state: 'completed', endedAt: NOW - MINUTE_MS };
  await show(ended, { workedMs: MINUTE_MS, since: null });
  await act(() => void vi.advanceTimersByTime(3 * MINUTE_MS));
  expect(time()).toBe('4:00');
});
