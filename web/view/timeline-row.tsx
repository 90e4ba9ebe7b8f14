import type { ComponentChildren } from 'preact';
import type { Attachment } from '../../protocol/attachments.ts';
import type { Reading } from '../model/reading.ts';
import type { EventRow as Row, TimelineRow } from '../model/timeline.ts';
import { describeEvent } from './describe-event.ts';
import { Fold } from './fold.tsx';
import { formatClock } from './format.ts';
import { Output, Whole } from './long-text.tsx';
import { SaidText } from './said-text.tsx';
import { ToolRow } from './tool-row.tsx';

/** `imagesAt`: where the images of messages are; null where they are not shown. */
type Shown = { reading: Reading; imagesAt: string | null };

/** One row: what Claude said, what it did, or what happened around it. */
export function TimelineRowView({ row, ...shown }: { row: TimelineRow } & Shown) {
  if (row.kind === 'tool') return <ToolRow row={row} reading={shown.reading} />;
  return <EventRow row={row} {...shown} />;
}

function EventRow({ row, reading, imagesAt }: { row: Row } & Shown) {
  const { id, at, event } = row;
  switch (event.type) {
    case 'claude.text':
      return (
        <Said who={row.depth === 0 ? 'Claude' : 'Sub-agent'} kind="claude" at={at}>
          <SaidWhole text={event.text} id={id} reading={reading} />
        </Said>
      );
    case 'claude.thinking':
      return (
        <Fold id={id} reading={reading} class="thinking quiet" summary="Thinking">
          {() => <Output text={asIs(event.text)} id={id} reading={reading} />}
        </Fold>
      );
    case 'task.created':
      return (
        <Said who={event.requester} kind="person" at={at}>
          <SaidWhole text={event.request} id={id} reading={reading} />
          <Images of={event.attachments} at={imagesAt} />
        </Said>
      );
    case 'message.received':
      return (
        <Said who={event.author} kind="person" at={at}>
          <SaidWhole text={event.text} id={id} reading={reading} />
          <Images of={event.attachments} at={imagesAt} />
        </Said>
      );
    case 'work.captured':
      return event.changed ? (
        <Fold id={id} reading={reading} class="diff" summary={describeEvent(event)}>
          {() => <Output text={event.patch} id={id} reading={reading} />}
        </Fold>
      ) : (
        <Fact at={at}>{describeEvent(event)}</Fact>
      );
    case 'gate.output':
      return (
        <Fold id={id} reading={reading} class="quiet" summary={`${event.name} puts out`}>
          {() => <Output text={asIs(event.text)} id={id} reading={reading} />}
        </Fold>
      );
    case 'gate.finished':
      return event.gate.output.text === '' ? (
        <Fact at={at}>{describeEvent(event)}</Fact>
      ) : (
        <Fold id={id} reading={reading} class="gate-row" summary={describeEvent(event)}>
          {() => <Output text={event.gate.output} id={id} reading={reading} />}
        </Fold>
      );
    case 'claude.turn_ended':
      return (
        <p class="turn">
          <span>{describeEvent(event)}</span>
        </p>
      );
    default:
      return <Fact at={at}>{describeEvent(event)}</Fact>;
  }
}

const asIs = (text: string) => ({ text, bytes: text.length, cut: false });

function SaidWhole({ text, id, reading }: { text: string; id: number; reading: Reading }) {
  return (
    <Whole text={text} id={id} reading={reading}>
      {(shown) => <SaidText text={shown} />}
    </Whole>
  );
}

function Fact({ at, children }: { at: number; children: ComponentChildren }) {
  return (
    <p class="fact">
      <time class="quiet" dateTime={new Date(at).toISOString()}>
        {formatClock(at)}
      </time>{' '}
      {children}
    </p>
  );
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

type SaidProps = { who: string; kind: 'claude' | 'person'; at: number; children: ComponentChildren };

function Said({ who, kind, at, children }: SaidProps) {
  return (
    <div class={`said by-${kind}`}>
      <p class="quiet">
        <strong>{who}</strong> <time dateTime={new Date(at).toISOString()}>{formatClock(at)}</time>
      </p>
      <div class="text">{children}</div>
    </div>
  );
}
