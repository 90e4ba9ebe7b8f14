import type { RunnerEvent } from '../../protocol/events.ts';
import { cleanDeep } from '../../redact/clean-deep.ts';
import { blankEscapes, blankUrlEscapes } from '../../redact/flatten-text.ts';
import { censor, mergeRanges, type Range } from '../../redact/ranges.ts';
import { scanText } from '../../redact/scan-text.ts';
import type { KnownValues } from './known-values.ts';

/** No secret is shorter, and most of an event's texts are. */
const MIN_TEXT_CHARS = 4;

/** The longest beginning of a token or of a name with its quotes, such as `"aws_secret_access_key" => "`. */
const CARRY_CHARS = 64;

/** A key that is still open at a text's end goes on in the next one; beyond this it is no key. */
const MAX_CARRY_CHARS = 20_000;

/** Cleans texts of one job. */
export class Redactor {
  readonly #known: KnownValues;
  /** The end of each stream's last text as it was, when it may be the beginning of a secret. */
  readonly #carried = new Map<string, string>();

  constructor(known: KnownValues) {
    this.#known = known;
  }

  /** A text by itself. What may be a secret's beginning at its end is taken for one. */
  text(text: string): string {
    if (text.length < MIN_TEXT_CHARS) return text;
    const found = this.find(text);
    return found.length === 0 ? text : censor(text, found);
  }

  /**
   * The next text of a stream whose parts a reader puts together again: a secret that begins in one and ends in
   * another shows in none.
   */
  next(stream: string, text: string): string {
    const before = this.#carried.get(stream) ?? '';
    const joined = before + text;
    const found = this.find(joined);
    this.#carry(stream, joined, found);
    return found.length === 0 ? text : censor(joined, found, before.length);
  }

  /** An event without secrets: the last gate before it is written and sent. */
  event(event: RunnerEvent): RunnerEvent {
    return cleanDeep(event, (text) => this.text(text));
  }

  /** Where a text holds what looks like a secret, or is one that the runner knows. */
  find(text: string): Range[] {
    const flat = blankEscapes(text);
    const found = [...scanText(blankUrlEscapes(flat)), ...this.#known.find(flat)];
    // A value that is known may hold what looks like an escape.
    if (flat !== text) found.push(...this.#known.find(text));
    return found.length < 2 ? found : mergeRanges(found);
  }

  #carry(stream: string, joined: string, found: readonly Range[]): void {
    const last = found.at(-1);
    const open = last !== undefined && last[1] >= joined.length ? last[0] : joined.length;
    const from = Math.max(Math.min(open, joined.length - CARRY_CHARS), joined.length - MAX_CARRY_CHARS, 0);
    this.#carried.set(stream, joined.slice(from));
  }
}
