import type { SessionEvent } from '../../protocol/events.ts';
import type { TimelineRow } from '../model/timeline.ts';
import { describeEvent } from './describe-event.ts';

/** A row as plain text: what is searched, and what is copied. */
export function rowText(row: TimelineRow): string {
  if (row.kind === 'event') return eventText(row.event);
  const { use, result } = row;
  return [`${use.name} ${use.input.text}`, result?.output.text ?? null]
    .filter((part) => part !== null)
    .join('\n\n');
}

function eventText(event: SessionEvent): string {
  switch (event.type) {
    case 'task.created':
      return event.request;
    case 'message.received':
      return event.text;
    case 'work.captured':
      return `${describeEvent(event)}\n${event.files.map(({ path }) => path).join('\n')}\n${event.patch.text}`;
    case 'gate.finished':
      return `${describeEvent(event)}\n${event.gate.output.text}`;
    default:
      return describeEvent(event);
  }
}
