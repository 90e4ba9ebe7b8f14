import { expect, it } from 'vitest';
import type { RunnerView } from '../../protocol/fleet-view.ts';
import { runnerIdSchema } from '../../protocol/ids.ts';
import { sampleFleet } from './sample-fleet.ts';

const NO_BACKLOG = { waiting: 0, parked: 0, failingSinceMs: null };

function runner(name: string, status: RunnerView['status']): RunnerView {
  return {
    id: runnerIdSchema.parse(crypto.randomUUID()),
    name,
    status,
    drainAsked: status === 'draining',
    labels: [],
    capacity: 2,
    version: null,
    claudeVersion: null,
    jobs: [],
    metrics: null,
    lastSeenAt: null,
  };
}

it('counts a runner that drains as up, so that no alert takes it for one that is away', () => {
  const runners = [runner('north', 'online'), runner('south', 'draining'), runner('east', 'offline')];
  const samples = sampleFleet({ runners, queue: [] }, NO_BACKLOG, 0);
  const up = samples.flatMap((sample) =>
    sample.name === 'signalbox_runner_up' ? [[sample.labels[0], sample.value]] : [],
  );
  expect(up).toEqual([
    ['north', 1],
    ['south', 1],
    ['east', 0],
  ]);
});
