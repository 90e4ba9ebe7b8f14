import type { LoggedEvent } from '../../protocol/events.ts';
import { type Check, doubles, violationsOf } from './evidence.ts';

/** The log has every id once and in order, and every viewer that came back had exactly the log. */
export const checkLog: Check = (evidence) => {
  const { log, viewers } = evidence;
  return violationsOf(evidence, {
    log_gap: gapsIn(log),
    viewer_differs: viewers.flatMap((seen, index) =>
      differenceTo(log, seen).map((what) => `viewer ${index}: ${what}`),
    ),
    event_twice: [
      ...doubles(idsOf(log, 'claude.tool_use')).map((id) => `tool use ${id}`),
      ...doubles(idsOf(log, 'claude.tool_result')).map((id) => `tool result ${id}`),
      ...doubles(commandsTaken(log)).map((id) => `command ${id} taken`),
      ...doubles(jobsAssigned(log)).map((id) => `job ${id} assigned`),
    ],
  });
};

function gapsIn(log: readonly LoggedEvent[]): string[] {
  const at = log.findIndex(({ id }, index) => id !== index + 1);
  return at === -1 ? [] : [`event ${log[at]?.id} stands in place ${at + 1}`];
}

function differenceTo(log: readonly LoggedEvent[], seen: readonly LoggedEvent[]): string[] {
  if (seen.length !== log.length) return [`it had ${seen.length} events, the log has ${log.length}`];
  const at = log.findIndex((event, index) => JSON.stringify(event) !== JSON.stringify(seen[index]));
  return at === -1 ? [] : [`event ${at + 1} is ${JSON.stringify(seen[at]).slice(0, 200)} there`];
}

function idsOf(log: readonly LoggedEvent[], type: 'claude.tool_use' | 'claude.tool_result'): string[] {
  return log.flatMap(({ event }) => (event.type === type ? [event.toolUseId] : []));
}

function commandsTaken(log: readonly LoggedEvent[]): string[] {
  return log.flatMap(({ taskId, event }) =>
    event.type === 'command.taken' ? [`${event.commandId} of ${taskId}`] : [],
  );
}

function jobsAssigned(log: readonly LoggedEvent[]): string[] {
  return log.flatMap(({ taskId, event }) =>
    event.type === 'job.assigned' ? [`${taskId} at epoch ${event.epoch}`] : [],
  );
}
