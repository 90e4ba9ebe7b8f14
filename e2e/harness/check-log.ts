import { expect } from 'vitest';
import type { LoggedEvent } from '../../protocol/events.ts';

/** A session's log has no hole and no double, and each tool call has at most one result. */
export function expectWholeLog(events: readonly LoggedEvent[]): void {
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  for (const type of ['claude.tool_use', 'claude.tool_result'] as const) {
    const ids = events.flatMap(({ event }) => (event.type === type ? [event.toolUseId] : []));
    expect(ids).toEqual([...new Set(ids)]);
  }
}

export function typesOf(events: readonly LoggedEvent[]): string[] {
  return events.map(({ event }) => event.type);
}
