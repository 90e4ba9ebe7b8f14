import type { ComponentChildren } from 'preact';
import type { Attachment } from '../../protocol/attachments.ts';
import type { CutText } from '../../protocol/events.ts';
import type { TimelineRow } from '../model/timeline.ts';
import { describeEvent } from './describe-event.ts';
import { formatClock, formatDuration } from './format.ts';

/** Ids of the rows that a reader unfolded. */
type Unfolded = Set<number>;

/** One row: what Claude said, what it did, or what happened around it. */
export function TimelineRowView({ row, ...shown }: { row: TimelineRow } & Shown) {
  if (row.kind === 'tool') return <ToolRow row={row} unfolded={shown.unfolded} />;
  return <EventRow row={row} {...shown} />;
}

/** `imagesAt`: where the images of messages are; null where they are not shown. */
type Shown = { unfolded: Unfolded; imagesAt: string | null };
type EventRowProps = { row: Extract<TimelineRow, { kind: 'event' }> } & Shown;

function EventRow({ row: { id, at, event }, unfolded, imagesAt }: EventRowProps) {
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
          <Images of={event.attachments} at={imagesAt} />
        </Said>
      );
    case 'message.received':
      return (
        <Said who={event.author} at={at}>
          {event.text}
          <Images of={event.attachments} at={imagesAt} />
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

/** What somebody showed Claude. The height is known before they are loaded, so that no row moves. */
function Images({ of: images = [], at }: { of?: readonly Attachment[] | undefined; at: string | null }) {
  if (images.length === 0 || at === null) return null;
  return (
    <span class="images">
      {images.map(({ id, name }) => (
        <a key={id} href={`${at}/${id}`} target="_blank" rel="noreferrer">
          <img src={`${at}/${id}`} alt={name} title={name} loading="lazy" />
        </a>
      ))}
    </span>
  );
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
