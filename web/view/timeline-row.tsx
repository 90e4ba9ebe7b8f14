import type { ComponentChildren } from 'preact';
import type { CutText, SessionEvent } from '../../protocol/events.ts';
import type { TimelineRow } from '../model/timeline.ts';
import { describeEvent } from './describe-event.ts';
import { formatClock, formatDuration } from './format.ts';

/** One row: what Claude said, what it did, or what happened around it. */
export function TimelineRowView({ row }: { row: TimelineRow }) {
  if (row.kind === 'tool') return <ToolRow row={row} />;
  return <EventRow event={row.event} at={row.at} />;
}

function EventRow({ event, at }: { event: SessionEvent; at: number }) {
  switch (event.type) {
    case 'claude.text':
      return (
        <Said who="Claude" at={at}>
          {event.text}
        </Said>
      );
    case 'claude.thinking':
      return (
        <details class="quiet">
          <summary>Thinking</summary>
          <pre>{event.text}</pre>
        </details>
      );
    case 'task.created':
      return (
        <Said who={event.requester} at={at}>
          {event.request}
        </Said>
      );
    case 'message.received':
      return (
        <Said who={event.author} at={at}>
          {event.text}
        </Said>
      );
    case 'work.captured':
      return (
        <details class="diff">
          <summary>{describeEvent(event)}</summary>
          <Cut text={event.patch} />
        </details>
      );
    default:
      return (
        <p class="fact">
          <time class="quiet">{formatClock(at)}</time> {describeEvent(event)}
        </p>
      );
  }
}

function Said({ who, at, children }: { who: string; at: number; children: ComponentChildren }) {
  return (
    <div class="said">
      <p class="quiet">
        <strong>{who}</strong> <time>{formatClock(at)}</time>
      </p>
      <div class="text">{children}</div>
    </div>
  );
}

function ToolRow({ row }: { row: Extract<TimelineRow, { kind: 'tool' }> }) {
  const { use, result } = row;
  const state = result === null ? 'running' : result.isError ? 'failed' : 'ok';
  return (
    <details class={`tool ${state}`}>
      <summary>
        <strong>{use.name}</strong> <code>{oneLine(use.input.text)}</code>{' '}
        <span class="quiet">
          {state}
          {result?.durationMs != null && ` · ${formatDuration(result.durationMs)}`}
        </span>
      </summary>
      <Cut text={use.input} />
      {result !== null && <Cut text={result.output} />}
    </details>
  );
}

function Cut({ text }: { text: CutText }) {
  return (
    <>
      <pre>{text.text}</pre>
      {text.cut && <p class="quiet">Cut: {text.bytes.toLocaleString()} bytes in all.</p>}
    </>
  );
}

const SUMMARY_CHARS = 120;

function oneLine(json: string): string {
  const flat = json.replace(/\s+/g, ' ');
  return flat.length > SUMMARY_CHARS ? `${flat.slice(0, SUMMARY_CHARS)}…` : flat;
}
