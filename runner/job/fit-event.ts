import type { RunnerEvent } from '../../protocol/events.ts';
import { runnerEventSchema } from '../../protocol/events.ts';
import { MAX_EVENT_BYTES } from '../../protocol/limits.ts';

/** Room for the event's time and for a secret's replacement being longer than the secret. */
const MAX_FITTED_BYTES = MAX_EVENT_BYTES - 2_000;

/** Stands at the end of a text that had to be cut where its field has no mark of its own. */
const CUT_MARK = '\n[cut]';

/** `replaced`: the event did not fit the protocol, and a notice that says so stands for it. */
export type FittedEvent = { event: RunnerEvent; json: string; replaced: string | null };

/**
 * Makes an event one that the control plane takes: the longest text is cut until it fits a frame. An event that
 * breaks the protocol's rules would be refused for ever and hold up all that follow, so a notice takes its place.
 */
export function fitEvent(event: RunnerEvent): FittedEvent {
  const parsed = runnerEventSchema.safeParse(event);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return noticeInstead(`${event.type}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  let fitted = serialize(event);
  let bytes = Buffer.byteLength(fitted.json);
  while (bytes > MAX_FITTED_BYTES) {
    const cut = serialize(cutLongest(fitted.event, bytes - MAX_FITTED_BYTES));
    const cutBytes = Buffer.byteLength(cut.json);
    // What takes the room is none of the texts that may be cut.
    if (cutBytes >= bytes) return noticeInstead(`${event.type}: it is too large`);
    fitted = cut;
    bytes = cutBytes;
  }
  return { ...fitted, replaced: null };
}

function noticeInstead(reason: string): FittedEvent {
  const problem = reason.slice(0, 500);
  const text = `The runner left out an event that does not fit the protocol (${problem}).`;
  return { ...serialize({ type: 'notice', level: 'error', text }), replaced: problem };
}

function serialize(event: RunnerEvent): { event: RunnerEvent; json: string } {
  return { event, json: JSON.stringify(event) };
}

/** Cuts what takes the most room. Each kind of event names its own: a cut must never touch an id or a sha. */
function cutLongest(event: RunnerEvent, excessBytes: number): RunnerEvent {
  switch (event.type) {
    case 'claude.text':
    case 'claude.thinking':
      return { ...event, text: `${shorten(event.text, excessBytes)}${CUT_MARK}` };
    case 'claude.tool_use':
      return { ...event, input: cutText(event.input, excessBytes) };
    case 'claude.tool_result':
      return { ...event, output: cutText(event.output, excessBytes) };
    case 'claude.turn_ended':
      return { ...event, text: cutText(event.text, excessBytes) };
    case 'work.captured':
      if (event.patch.text.length > 0) return { ...event, patch: cutText(event.patch, excessBytes) };
      return { ...event, files: event.files.slice(0, event.files.length >> 1), filesCut: true };
    case 'gates.finished':
      return {
        ...event,
        results: event.results.map((gate) => ({ ...gate, output: cutText(gate.output, excessBytes) })),
      };
    case 'claude.permission_denied':
      return { ...event, message: shorten(event.message, excessBytes) };
    default:
      return event;
  }
}

function cutText<T extends { text: string; cut: boolean }>(value: T, excessBytes: number): T {
  return { ...value, text: shorten(value.text, excessBytes), cut: true };
}

/** Takes at least an eighth away, so that a text of mostly escaped characters is not approached in tiny steps. */
function shorten(text: string, excessBytes: number): string {
  const keep = Math.min(text.length - excessBytes, Math.floor((text.length * 7) / 8));
  return text.slice(0, Math.max(0, keep)).toWellFormed();
}
