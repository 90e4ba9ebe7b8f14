import type { LoggedEvent } from '../../protocol/events.ts';
import { splitTaskId } from '../../protocol/ids.ts';
import type { TaskView } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { count, type Observation, observe } from './observation.ts';

/** A clock that is wrong must not bury what the others say. */
const MAX_LAG_MS = 3_600_000;

const UNKNOWN = 'unknown';

export type EventContext = { nowMs: number; taskOf: (number: number) => TaskView | undefined };

/** What is counted of one stored event. */
export function observeEvent(
  { at, taskId, event }: LoggedEvent,
  { nowMs, taskOf }: EventContext,
): Observation[] {
  const task = taskId === null ? undefined : taskOf(splitTaskId(taskId).taskNumber);
  switch (event.type) {
    case 'claude.tool_result': {
      const tool = event.name ?? UNKNOWN;
      const ran = event.durationMs === null ? [] : [observe('tool_duration_ms', [tool], event.durationMs)];
      return [
        count('tool_executions_total', [tool, event.isError ? 'error' : 'ok']),
        ...ran,
        lagOf(at, nowMs),
      ];
    }
    case 'automation.asked': {
      const asked = event.model ?? UNKNOWN;
      return [
        count('signalbox_tokens_total', [asked, 'input'], event.usage.inputTokens),
        count('signalbox_tokens_total', [asked, 'output'], event.usage.outputTokens),
        count('signalbox_cost_usd_total', [asked], event.usage.costUsd),
      ];
    }
    case 'claude.turn_ended': {
      const model = event.model ?? UNKNOWN;
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costUsd } = event.usage;
      return [
        count('signalbox_turns_total', [model, event.isError ? 'error' : 'ok']),
        observe('signalbox_turn_duration_seconds', [], event.durationMs / 1_000),
        count('signalbox_tokens_total', [model, 'input'], inputTokens),
        count('signalbox_tokens_total', [model, 'output'], outputTokens),
        count('signalbox_tokens_total', [model, 'cache_read'], cacheReadTokens),
        count('signalbox_tokens_total', [model, 'cache_write'], cacheWriteTokens),
        count('signalbox_cost_usd_total', [model], costUsd),
        lagOf(at, nowMs),
      ];
    }
    case 'claude.started': {
      const start = observe('signalbox_claude_start_seconds', [], event.sinceAssignMs / 1_000);
      if (task === undefined) return [start];
      return [start, observe('signalbox_task_wait_seconds', [], secondsSince(task.createdAt, nowMs))];
    }
    case 'claude.api_retry':
      return [count('signalbox_model_errors_total', [event.status === null ? 'none' : String(event.status)])];
    case 'task.created':
      return [count('signalbox_tasks_created_total', [event.source])];
    case 'task.moved': {
      if (!isTerminal(event.to)) return [];
      const ended = count('signalbox_tasks_ended_total', [event.to]);
      if (task === undefined) return [ended];
      const seconds = secondsSince(task.createdAt, nowMs);
      return [ended, observe('signalbox_task_duration_seconds', [event.to], seconds)];
    }
    case 'task.failed':
      return [count('signalbox_task_failures_total', [event.failure.kind])];
    case 'task.recovering':
      return [count('signalbox_task_recoveries_total', [event.failure.kind])];
    case 'claude.recovering':
      return [count('signalbox_turn_recoveries_total', [event.failure.kind])];
    case 'job.lost':
      return [count('signalbox_jobs_lost_total', [])];
    default:
      return [];
  }
}

function lagOf(atMs: number, nowMs: number): Observation {
  const lagMs = Math.min(MAX_LAG_MS, Math.max(0, nowMs - atMs));
  return observe('signalbox_event_lag_seconds', [], lagMs / 1_000);
}

const secondsSince = (atMs: number, nowMs: number) => Math.max(0, nowMs - atMs) / 1_000;
