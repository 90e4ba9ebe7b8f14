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

/** The rows grow in place: copying 100,000 of them for each frame would stall the page. A new value is a new object. */
export type Timeline = { rows: readonly TimelineRow[] };

export type TimelineBuilder = {
  /** Adds events: results join the row of their tool call. @returns the timeline with them. */
  extend(events: readonly LoggedEvent[]): Timeline;
};

export const EMPTY_TIMELINE: Timeline = { rows: [] };

/** Bookkeeping between the processes; it is in the log, but a reader of the page learns nothing from it. */
const HIDDEN: ReadonlySet<SessionEvent['type']> = new Set([
  'command.taken',
  'checkpoint.made',
  'checkpoint.stored',
  'gates.started',
  'session.created',
]);

export function createTimeline(): TimelineBuilder {
  const rows: TimelineRow[] = [];
  const openTools = new Map<string, number>();

  function add({ id, at, event }: LoggedEvent): void {
    if (HIDDEN.has(event.type)) return;
    if (event.type === 'claude.tool_use') {
      openTools.set(event.toolUseId, rows.length);
      rows.push({ kind: 'tool', id, at, use: event, result: null });
      return;
    }
    if (event.type === 'claude.tool_result') {
      const index = openTools.get(event.toolUseId);
      const row = index === undefined ? undefined : rows[index];
      if (index !== undefined && row?.kind === 'tool') {
        rows[index] = { ...row, result: event };
        openTools.delete(event.toolUseId);
        return;
      }
    }
    rows.push({ kind: 'event', id, at, event });
  }

  return {
    extend(events) {
      for (const event of events) add(event);
      return { rows };
    },
  };
}
