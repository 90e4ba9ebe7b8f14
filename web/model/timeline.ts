import type { CutText, LoggedEvent, SessionEvent } from '../../protocol/events.ts';
import { isProblem } from './is-problem.ts';
import { createTodoReader, type TodoList } from './todo-list.ts';
import { createWorkTimes, type WorkTime } from './work-times.ts';

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

/** `agent`: the row of the call that started the sub-agent whose doing this is; null for the conversation itself. */
type Place = { id: number; at: number; taskId: string | null; agent: number | null; depth: number };

export type EventRow = Place & { kind: 'event'; event: SessionEvent };
export type ToolRow = Place & {
  kind: 'tool';
  use: EventOf<'claude.tool_use'>;
  result: EventOf<'claude.tool_result'> | null;
  /** No result will come: the job that it was part of is over. */
  isOver: boolean;
  /** What a sub-agent did that this call started. */
  steps: TimelineRow[];
};

/** One row of the page: a tool call and its result are one. */
export type TimelineRow = EventRow | ToolRow;

/** The rows grow in place: copying 100,000 of them for each frame would stall the page. A new value is a new object. */
export type Timeline = {
  /** Of the conversation itself. */
  rows: readonly TimelineRow[];
  /** Those of sub-agents too, by id. */
  all: readonly TimelineRow[];
  /** Ids of the rows that tell of something that went wrong, in order. */
  problems: readonly number[];
  /** As Claude wrote it last; null before it has. */
  todos: TodoList | null;
  /** What each task's Claude was started with last. */
  models: ReadonlyMap<string, string>;
  /** How long each task's Claude has worked. */
  workTimes: ReadonlyMap<string, WorkTime>;
  /** What each gate put out when it ran last, by `gateKey`. */
  gateOutputs: ReadonlyMap<string, CutText>;
};

/** A gate of a task. */
export const gateKey = (taskId: string | null, name: string): string => `${taskId} ${name}`;

export type TimelineBuilder = {
  /** Adds events: results join the row of their tool call. @returns the timeline with them. */
  extend(events: readonly LoggedEvent[]): Timeline;
};

export const EMPTY_TIMELINE: Timeline = {
  rows: [],
  all: [],
  problems: [],
  todos: null,
  models: new Map(),
  workTimes: new Map(),
  gateOutputs: new Map(),
};

/** Bookkeeping between the processes; it is in the log, but a reader of the page learns nothing from it. */
const HIDDEN: ReadonlySet<SessionEvent['type']> = new Set([
  'command.taken',
  'checkpoint.made',
  'checkpoint.stored',
  'gates.started',
  'session.created',
]);

const ENDS_A_JOB: ReadonlySet<SessionEvent['type']> = new Set(['job.finished', 'job.lost', 'task.failed']);

/** Calls whose sub-agent may go on after their result. */
const AGENT_TOOLS: ReadonlySet<string> = new Set(['Agent', 'Task']);

export function createTimeline(): TimelineBuilder {
  const rows: TimelineRow[] = [];
  const all: TimelineRow[] = [];
  const problems: number[] = [];
  const todos = createTodoReader();
  const models = new Map<string, string>();
  const gateOutputs = new Map<string, CutText>();
  const { times: workTimes, take: takeTime } = createWorkTimes();
  const openTools = new Map<string, ToolRow>();
  const agents = new Map<string, ToolRow>();

  function agentOf(event: SessionEvent): ToolRow | null {
    if (!('parent' in event) || event.parent === null) return null;
    return agents.get(event.parent) ?? openTools.get(event.parent) ?? null;
  }

  function push(row: TimelineRow, agent: ToolRow | null): void {
    all.push(row);
    (agent?.steps ?? rows).push(row);
    if (isProblem(row)) problems.push(row.id);
  }

  function add(logged: LoggedEvent): void {
    const { id, at, taskId, event } = logged;
    takeTime(logged);
    if (event.type === 'claude.started' && taskId !== null) models.set(taskId, event.model);
    todos.take(taskId, event);
    if (event.type === 'gate.finished') gateOutputs.set(gateKey(taskId, event.gate.name), event.gate.output);
    if (HIDDEN.has(event.type)) return;
    const agent = agentOf(event);
    const place = { id, at, taskId, agent: agent?.id ?? null, depth: agent === null ? 0 : agent.depth + 1 };
    if (event.type === 'claude.tool_use') {
      const row: ToolRow = { kind: 'tool', ...place, use: event, result: null, isOver: false, steps: [] };
      openTools.set(event.toolUseId, row);
      if (AGENT_TOOLS.has(event.name)) agents.set(event.toolUseId, row);
      push(row, agent);
      return;
    }
    if (event.type === 'claude.tool_result') {
      const row = openTools.get(event.toolUseId);
      if (row !== undefined) {
        row.result = event;
        openTools.delete(event.toolUseId);
        if (isProblem(row)) insertId(problems, row.id);
        return;
      }
    }
    if (ENDS_A_JOB.has(event.type)) endTools(taskId);
    push({ kind: 'event', ...place, event }, agent);
  }

  function endTools(taskId: string | null): void {
    for (const [toolUseId, row] of openTools) {
      if (row.taskId !== taskId) continue;
      row.isOver = true;
      openTools.delete(toolUseId);
    }
  }

  return {
    extend(events) {
      for (const event of events) add(event);
      return { rows, all, problems, todos: todos.current(), models, workTimes, gateOutputs };
    },
  };
}

/** A result comes after its call, most often with little between: the place is near the end. */
export function insertId(ids: number[], id: number): void {
  let index = ids.length;
  while (index > 0 && (ids[index - 1] ?? 0) > id) index -= 1;
  if (ids[index - 1] !== id) ids.splice(index, 0, id);
}

/** The row that shows an event; the last one before it where the event has none of its own. */
export function findRow(all: readonly TimelineRow[], id: number): TimelineRow | null {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.id ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return all[low - 1] ?? null;
}

/** Rows in the order in which they are shown: below an unfolded call what its sub-agent did. */
export function shownRows(
  rows: readonly TimelineRow[],
  isUnfolded: ((agent: number) => boolean) | null,
): readonly TimelineRow[] {
  // The common case costs nothing, however long the log is.
  if (isUnfolded === null) return rows;
  const shown: TimelineRow[] = [];
  const show = (some: readonly TimelineRow[]): void => {
    for (const row of some) {
      shown.push(row);
      if (row.kind === 'tool' && row.steps.length > 0 && isUnfolded(row.id)) show(row.steps);
    }
  };
  show(rows);
  return shown;
}
