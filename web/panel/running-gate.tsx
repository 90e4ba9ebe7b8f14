import type { SessionModel } from '../model/session-model.ts';
import type { TimelineRow } from '../model/timeline.ts';

/** As much as a reader takes in while it scrolls by; all of it is in the log below. */
export const MAX_SHOWN_CHARS = 4_000;

/** Gates run one after the other: what was put out last, and is not over, is of the one that runs. */
export function RunningGate({ model }: { model: Pick<SessionModel, 'timeline'> }) {
  const running = findRunning(model.timeline.value.rows);
  if (running === null) return null;
  const { name, text } = running;
  return (
    <figure class="gate-output">
      <figcaption class="quiet">{name}, as it runs</figcaption>
      <pre>{text}</pre>
    </figure>
  );
}

/** Looks from the end on, and stops as soon as it has enough: a log may hold 100,000 rows. */
function findRunning(rows: readonly TimelineRow[]): { name: string; text: string } | null {
  let name: string | null = null;
  let text = '';
  for (let index = rows.length - 1; index >= 0 && text.length < MAX_SHOWN_CHARS; index -= 1) {
    const row = rows[index];
    if (row?.kind !== 'event') break;
    const { event } = row;
    if (event.type === 'gate.output') {
      name ??= event.name;
      if (event.name !== name) break;
      text = event.text + text;
    } else if (
      event.type === 'gate.finished' ||
      event.type === 'gates.finished' ||
      event.type === 'work.captured'
    ) {
      break;
    }
  }
  return name === null ? null : { name, text: text.slice(-MAX_SHOWN_CHARS) };
}
