import type { FleetView, RunnerView } from '../../protocol/fleet-view.ts';
import { gauge, type Sample } from '../metrics/observation.ts';
import { backlogSamples } from '../metrics/sample-backlog.ts';
import type { Backlog } from '../storage/outbox.ts';

const STATUSES = ['online', 'draining', 'offline'] as const;

/** The Fleet as metrics. Of a runner that is away only that is told: what it last said of itself holds no more. */
export function sampleFleet({ runners, queue }: FleetView, outbox: Backlog, nowMs: number): Sample[] {
  const oldest = Math.min(nowMs, ...queue.map(({ enqueuedAt }) => enqueuedAt));
  return [
    gauge('signalbox_queue_depth', [], queue.length),
    gauge('signalbox_queue_oldest_seconds', [], (nowMs - oldest) / 1_000),
    gauge(
      'signalbox_running_jobs',
      [],
      runners.reduce((sum, { jobs }) => sum + jobs.length, 0),
    ),
    ...STATUSES.map((status) =>
      gauge('signalbox_runners', [status], runners.filter((runner) => runner.status === status).length),
    ),
    ...runners.flatMap(sampleRunner),
    ...backlogSamples('fleet', outbox, nowMs),
  ];
}

function sampleRunner({ id, name, status, capacity, jobs, metrics }: RunnerView): Sample[] {
  const labels = [name, id] as const;
  // One that drains is there: nobody has to look after it.
  const up = gauge('signalbox_runner_up', labels, status === 'offline' ? 0 : 1);
  const held = gauge('signalbox_runner_jobs', labels, jobs.length);
  if (status === 'offline') return [up, held];
  const known = [up, held, gauge('signalbox_runner_capacity', labels, capacity)];
  if (metrics === null) return known;
  return [
    ...known,
    gauge('signalbox_runner_cpu_ratio', labels, metrics.cpuShare),
    gauge('signalbox_runner_memory_used_bytes', labels, metrics.memoryUsedBytes),
    gauge('signalbox_runner_memory_size_bytes', labels, metrics.memoryTotalBytes),
    gauge('signalbox_runner_disk_free_bytes', labels, metrics.diskFreeBytes),
    gauge('signalbox_runner_disk_size_bytes', labels, metrics.diskTotalBytes),
  ];
}
