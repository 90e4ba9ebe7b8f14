import type { ComponentChildren } from 'preact';
import type { CutText } from '../../protocol/events.ts';
import type { TimelineRow } from '../model/timeline.ts';
import { describeEvent } from './describe-event.ts';
import { formatClock, formatDuration } from './format.ts';

/** Ids of the rows that a reader unfolded. */
type Unfolded = Set<number>;

/** One row: what Claude said, what it did, or what happened around it. */
export function TimelineRowView({ row, unfolded }: { row: TimelineRow; unfolded: Unfolded }) {
  if (row.kind === 'tool') return <ToolRow row={row} unfolded={unfolded} />;
  return <EventRow row={row} unfolded={unfolded} />;
}

type EventRowProps = { row: Extract<TimelineRow, { kind: 'event' }>; unfolded: Unfolded };

function EventRow({ row: { id, at, event }, unfolded }: EventRowProps) {
  switch (event.type) {
    case 'claude.text':
      return (
        <Said who="Claude" at={at}>
          {event.text}
        </Said>
      );
    case 'claude.thinking':
      return (
        <Fold id={id} unfolded={unfolded} class="quiet" summary="Thinking">
          <pre>{event.text}</pre>
        </Fold>
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
        <Fold id={id} unfolded={unfolded} class="diff" summary={describeEvent(event)}>
          <Cut text={event.patch} />
        </Fold>
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

type ToolRowProps = { row: Extract<TimelineRow, { kind: 'tool' }>; unfolded: Unfolded };

function ToolRow({ row: { id, use, result }, unfolded }: ToolRowProps) {
  const state = result === null ? 'running' : result.isError ? 'failed' : 'ok';
  const summary = (
    <>
      <strong>{use.name}</strong> <code>{oneLine(use.input.text)}</code>{' '}
      <span class="quiet">
        {state}
        {result?.durationMs != null && ` · ${formatDuration(result.durationMs)}`}
      </span>
    </>
  );
  return (
    <Fold id={id} unfolded={unfolded} class={`tool ${state}`} summary={summary}>
      <Cut text={use.input} />
      {result !== null && <Cut text={result.output} />}
    </Fold>
  );
}

type FoldProps = {
  id: number;
  unfolded: Unfolded;
  class: string;
  summary: ComponentChildren;
  children: ComponentChildren;
};

function Fold({ id, unfolded, class: name, summary, children }: FoldProps) {
  const onToggle = (event: Event) => {
    if (!(event.currentTarget instanceof HTMLDetailsElement)) return;
    if (event.currentTarget.open) unfolded.add(id);
    else unfolded.delete(id);
  };
  return (
    <details class={name} open={unfolded.has(id)} onToggle={onToggle}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

function Cut({ text }: { text: CutText }) {
  return (
    <>
      <pre>{text.text}</pre>
      {text.cut && (
        <p class="quiet">
          Cut: {text.bytes.toLocaleString()} bytes in all.
          {text.kept !== undefined && (
            <>
              {' '}
              The runner keeps the whole in its data folder: <code>{text.kept}</code>
            </>
          )}
        </p>
      )}
    </>
  );
}

const SUMMARY_CHARS = 120;

function oneLine(json: string): string {
  const flat = json.replace(/\s+/g, ' ');
  return flat.length > SUMMARY_CHARS ? `${flat.slice(0, SUMMARY_CHARS)}…` : flat;
}
