import type { LoggedEvent } from '../../protocol/events.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { TaskView } from '../../protocol/task.ts';
import type { ToViewer } from '../../protocol/viewer-socket.ts';
import { cleanDeep } from '../../redact/clean-deep.ts';
import { redactText } from '../../redact/redact-text.ts';

/** Anything with its texts redacted once more: rules may be newer than the text, and people's own words have met none. */
export function redacted<T>(value: T): T {
  return cleanDeep(value, redactText);
}

/** A session as those see it who have a link: nothing of Claude's own files, of machines, of what programs keep there. */
export function sessionForStrangers({ attached, ...session }: SessionView): SessionView {
  const shown = { ...session, claudeSessionId: null, metadata: {} };
  return redacted(attached === undefined ? shown : { ...shown, attached: { ...attached, host: null } });
}

/** A task as those see it who have a link: nobody's address, no machine, no place where work is kept. */
export function taskForStrangers(task: TaskView): TaskView {
  const { rescues: _rescues, ...rest } = task;
  const requester = { ...task.requester, email: null };
  return redacted({ ...rest, requester, runnerId: null, runnerName: null, rescueRef: null });
}

/** Events as those see them who have a link: text is redacted, and no rule can look into an image. */
export function eventsForStrangers(events: readonly LoggedEvent[]): LoggedEvent[] {
  return redacted(events.map((logged) => ({ ...logged, event: withoutImages(logged.event) })));
}

function withoutImages<T extends object>(thing: T): T {
  if (!('attachments' in thing)) return thing;
  const { attachments: _attachments, ...rest } = thing;
  // The field is optional wherever it is.
  return rest as T;
}

/** A frame for viewers as those get it who have a link. */
export function frameForStrangers(frame: ToViewer): ToViewer {
  if (frame.type === 'events') return { ...frame, events: eventsForStrangers(frame.events) };
  return {
    type: frame.type,
    session: sessionForStrangers(frame.session),
    tasks: frame.tasks.map(taskForStrangers),
    messages: redacted(frame.messages.map(withoutImages)),
  };
}

/** Cleans frames as text. What goes to many at once is cleaned once. */
export class FrameCleaner {
  #last = { text: '', clean: '' };

  clean(text: string): string {
    if (this.#last.text !== text) {
      // Our own frame, as `ToViewer` was written into it.
      const frame: ToViewer = JSON.parse(text);
      this.#last = { text, clean: JSON.stringify(frameForStrangers(frame)) };
    }
    return this.#last.clean;
  }

  /** Holds no frame in memory when nobody needs it any more. */
  forget(): void {
    this.#last = { text: '', clean: '' };
  }
}
