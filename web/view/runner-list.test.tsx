import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunnerView } from '../../protocol/fleet-view.ts';
import { RunnerList } from './runner-list.tsx';

const SESSION = '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e';
const RUNNER: RunnerView = {
  id: '8b6f0c52-6f0a-4c0e-9d53-0b8f7a3b1c7e',
  name: 'forge-1',
  status: 'online',
  drainAsked: false,
  labels: [],
  capacity: 4,
  version: '1.0.0',
  claudeVersion: null,
  jobs: [],
  metrics: {
    cpuShare: 0,
    memoryUsedBytes: 1,
    memoryTotalBytes: 2,
    diskFreeBytes: 1,
    diskTotalBytes: 2,
    diskUse: {
      lookedAt: 1,
      maxBytes: 20e9,
      worktrees: 3,
      worktreeBytes: 21e9,
      mirrorBytes: 1e9,
      heldBackCount: 1,
      heldBackBytes: 9e9,
      heldBack: [{ sessionId: SESSION, bytes: 9e9, why: 'unpushed', lastUsedAt: 1 }],
    },
  },
  lastSeenAt: 1,
};

let host: HTMLElement;
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
});

it('shows what a disk holds, what is held back and why, and that nothing new is taken', async () => {
  await act(() => render(<RunnerList runners={[RUNNER]} />, host));
  expect(host.textContent).toContain('22.0 GB of 20.0 GB');
  expect(host.textContent).toContain('No new session is taken');
  expect(host.textContent).toContain('1 worktree held back, 9.0 GB');
  expect(host.textContent).toContain('commits that are on no server');
  expect(host.querySelector('details a')?.getAttribute('href')).toBe(`/sessions/${SESSION}`);
});

it('shows a runner whose disk was not looked at yet, and nothing where there is no runner', async () => {
  await act(() => render(<RunnerList runners={[{ ...RUNNER, metrics: null }]} />, host));
  expect(host.textContent).toContain('forge-1 online');
  expect(host.textContent).not.toContain('Disk');
  await act(() => render(<RunnerList runners={[]} />, host));
  expect(host.textContent).toBe('');
});
