import { squeeze, squeezedPositions } from '../../redact/flatten-text.ts';
import { HintFinder } from '../../redact/hint-finder.ts';
import type { Range } from '../../redact/ranges.ts';
import { formsOf } from './secret-forms.ts';

/** So much of a value's beginning at the end of a text is taken for the value: the rest may follow in the next one. */
const MIN_TAIL_CHARS = 6;

/** A line's end can break one of the two parts by which a value is looked for, not both. */
function partsOf(form: string): string[] {
  return [form.slice(0, MIN_TAIL_CHARS), form.slice(MIN_TAIL_CHARS, 2 * MIN_TAIL_CHARS)];
}

/** The secrets that this runner knows by value: its credential, the model's keys, and tokens while they live. */
export class KnownValues {
  readonly #forms = new Map<string, string[]>();
  #all: readonly string[] = [];
  #longest = 0;
  #finder = new HintFinder([]);
  /** Some value has white space or letters beyond ASCII where it begins: such are looked for without a hint. */
  #hasOthers = false;

  constructor(values: Iterable<string> = []) {
    for (const value of values) this.add(value);
  }

  add(value: string): void {
    if (this.#forms.has(value)) return;
    this.#forms.set(value, formsOf(value));
    this.#index();
  }

  delete(value: string): void {
    if (this.#forms.delete(value)) this.#index();
  }

  #index(): void {
    this.#all = [...new Set([...this.#forms.values()].flat())];
    this.#finder = new HintFinder(this.#all.flatMap(partsOf));
    this.#hasOthers = [...this.#forms.keys()].some(
      (value) => !/^[\x21-\x7e]{12}|^[\x21-\x7e]+$/.test(value.trim()),
    );
    this.#longest = Math.max(0, ...this.#all.map((form) => form.length));
  }

  /**
   * Where a value stands in a text whose escapes are blanked out, also wrapped over lines, and where one begins at the
   * text's end.
   */
  find(flat: string): Range[] {
    if (this.#finder.find(flat).size === 0 && !this.#hasOthers) return [];
    const squeezed = squeeze(flat);
    const found: Range[] = [];
    for (const form of this.#all) {
      for (let at = squeezed.indexOf(form); at !== -1; at = squeezed.indexOf(form, at + form.length)) {
        found.push([at, at + form.length]);
      }
    }
    const tail = this.#tailOf(squeezed);
    if (tail > 0) found.push([squeezed.length - tail, squeezed.length]);
    if (found.length === 0 || squeezed.length === flat.length) return found;
    const positions = squeezedPositions(flat);
    return found.map(([start, end]) => [positions[start] ?? 0, (positions[end - 1] ?? flat.length) + 1]);
  }

  /** How many characters at the end are the beginning of a value. */
  #tailOf(squeezed: string): number {
    let longest = 0;
    for (const form of this.#all) {
      const head = form.slice(0, MIN_TAIL_CHARS);
      let at = squeezed.indexOf(
        head,
        Math.max(0, squeezed.length - Math.min(form.length, this.#longest) + 1),
      );
      for (; at !== -1; at = squeezed.indexOf(head, at + 1)) {
        if (!form.startsWith(squeezed.slice(at))) continue;
        longest = Math.max(longest, squeezed.length - at);
        break;
      }
    }
    return longest;
  }
}
