import { expect, it } from 'vitest';
import type { FleetView } from '../../protocol/fleet-view.ts';
import { LeaseWatch } from '../settle/lease-watch.ts';
import { checkFleet } from './check-fleet.ts';
import { checkMachine, type MachineEvidence } from './check-machine.ts';

const clean: MachineEvidence = {
  name: 'alpha',
  runnerPid: 10,
  // A Claude that waits for the next turn.
  processes: [{ pid: 11, parents: [10, 1], command: 'claude' }],
  sockets: { control: 1, data: 0 },
  locks: [],
  jobs: [{ taskId: 't1', state: 'parked' }],
  worktrees: ['s1'],
};
const machineRules = (change: Partial<MachineEvidence>) =>
  checkMachine({ ...clean, ...change }, new Set(['s1'])).map(({ rule }) => rule);

it('finds nothing wrong with a machine that is done', () => {
  expect(machineRules({})).toEqual([]);
});

it.each<[string, Partial<MachineEvidence>]>([
  ['process_left', { processes: [{ pid: 12, parents: [1], command: 'sleep 1000' }] }],
  ['process_left', { processes: [{ pid: 12, parents: [11, 10], command: 'sleep 1000' }] }],
  ['process_left', { runnerPid: null }],
  ['socket_left', { sockets: { control: 1, data: 1 } }],
  ['control_sockets', { sockets: { control: 2, data: 0 } }],
  ['lock_left', { locks: ['mirrors/1.git/index.lock'] }],
  ['job_left', { jobs: [{ taskId: 't1', state: 'running' }] }],
  ['worktree_left', { worktrees: ['s1', 's2'] }],
])('%s: catches it', (rule, change) => {
  expect(machineRules(change)).toEqual([rule]);
});

const runner: FleetView['runners'][number] = {
  id: '5b0f6c3e-0d3c-5a52-9a54-000000000001',
  name: 'alpha',
  status: 'online',
  drainAsked: false,
  labels: [],
  capacity: 1,
  version: null,
  claudeVersion: null,
  jobs: [],
  metrics: null,
  lastSeenAt: null,
};
const taskId = `${runner.id}.1`;

it('catches a lease, a queued job and a runner that stay behind', () => {
  expect(checkFleet({ runners: [runner], queue: [] })).toEqual([]);
  const queue = [{ taskId, sessionId: runner.id, enqueuedAt: 1, labels: [] }];
  const runners: FleetView['runners'] = [{ ...runner, status: 'offline', jobs: [{ taskId, epoch: 2 }] }];
  const rules = checkFleet({ runners, queue }).map(({ rule }) => rule);
  expect(rules).toEqual(['job_left_queued', 'lease_left', 'runner_away']);
});

it('catches a task that runs for long without a lease, and none that has one', () => {
  const watch = new LeaseWatch();
  const task = { id: taskId, state: 'running', epoch: 1 } as const;
  const empty = { runners: [runner], queue: [] };
  const leased = { runners: [{ ...runner, jobs: [{ taskId, epoch: 1 }] }], queue: [] };
  expect(watch.look([task], empty, 0)).toEqual([]);
  expect(watch.look([task], leased, 80_000)).toEqual([]);
  expect(watch.look([task], empty, 85_000)).toEqual([]);
  expect(watch.look([task], empty, 100_000)).toEqual([]);
  expect(watch.look([task], empty, 180_000).map(({ rule }) => rule)).toEqual(['running_without_lease']);
});
