import type { FleetView } from '../../protocol/fleet-view.ts';
import type { Violation } from './evidence.ts';

/** When all tasks are over, nobody holds a lease, nobody waits for one, and every runner is there. */
export function checkFleet({ runners, queue }: FleetView): Violation[] {
  return [
    ...queue.map(({ taskId }) => ({
      rule: 'job_left_queued',
      where: taskId,
      what: 'It waits in the queue.',
    })),
    ...runners.flatMap(({ name, jobs }) =>
      jobs.map(({ taskId, epoch }) => ({
        rule: 'lease_left',
        where: taskId,
        what: `Runner ${name} holds its lease under epoch ${epoch}.`,
      })),
    ),
    ...runners.flatMap(({ name, status }) =>
      status === 'online' ? [] : [{ rule: 'runner_away', where: name, what: `It is ${status}.` }],
    ),
  ];
}
