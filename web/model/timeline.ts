import type { LoggedEvent, SessionEvent } from '../../protocol/events.ts';

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

/** One row of the page: a tool call and its result are one. */
export type TimelineRow =
  | { kind: 'event'; id: number; at: number; event: SessionEvent }
  | {
      kind: 'tool';
      id: number;
      at: number;
      use: EventOf<'claude.tool_use'>;
      result: EventOf<'claude.tool_result'> | null;
    };

export type Timeline = { rows: readonly TimelineRow[]; openTools: ReadonlyMap<string, number> };

export const EMPTY_TIMELINE: Timeline = { rows: [], openTools: new Map() };

/** Bookkeeping between the processes; it is in the log, but a reader of the page learns nothing from it. */
const HIDDEN: ReadonlySet<SessionEvent['type']> = new Set([
  'command.taken',
  'checkpoint.made',
  'checkpoint.stored',
  'gates.started',
  'session.created',
]);

/** Adds events to a timeline: results join the row of their tool call. */
export function extendTimeline(timeline: Timeline, events: readonly LoggedEvent[]): Timeline {
  const rows = [...timeline.rows];
  const openTools = new Map(timeline.openTools);
  for (const { id, at, event } of events) {
    if (HIDDEN.has(event.type)) continue;
    if (event.type === 'claude.tool_use') {
      openTools.set(event.toolUseId, rows.length);
      rows.push({ kind: 'tool', id, at, use: event, result: null });
      continue;
    }
    if (event.type === 'claude.tool_result') {
      const index = openTools.get(event.toolUseId);
      const row = index === undefined ? undefined : rows[index];
      if (index !== undefined && row?.kind === 'tool') {
        rows[index] = { ...row, result: event };
        openTools.delete(event.toolUseId);
        continue;
      }
    }
    rows.push({ kind: 'event', id, at, event });
  }
  return { rows, openTools };
}
