const ASCII = 128;

/** Upper case as lower; everything beyond ASCII as 0, which no hint holds. */
const LOWER = Uint8Array.from({ length: ASCII }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));

type Anchored = { hint: string; codes: Uint8Array; at: number };

function lowerCode(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < ASCII ? (LOWER[code] ?? 0) : 0;
}

/** Two letters that follow one another are in every text; a sign or a digit beside one is rarer. */
function rarestPair(codes: Uint8Array): number {
  const rank = (code: number): number => (code >= 97 && code <= 122 ? 0 : code === 32 ? -1 : 1);
  let best = 0;
  let bestRank = Number.NEGATIVE_INFINITY;
  for (let at = 0; at + 1 < codes.length; at += 1) {
    const pair = rank(codes[at] ?? 0) + rank(codes[at + 1] ?? 0);
    if (pair > bestRank) [best, bestRank] = [at, pair];
  }
  return best;
}

/**
 * Finds which of many short words stand in a text, in one pass and without regard to case. Each is looked for where
 * one pair of its characters stands: some nanoseconds a character, however many words there are.
 */
export class HintFinder {
  readonly #slots = new Uint16Array(ASCII * ASCII);
  readonly #lists: Anchored[][] = [[]];

  /** @param hints of two characters or more, in ASCII; others are never found. */
  constructor(hints: Iterable<string>) {
    for (const hint of new Set(hints)) {
      const codes = Uint8Array.from(hint, (_, index) => lowerCode(hint, index));
      if (codes.length < 2) continue;
      const at = rarestPair(codes);
      const pair = (codes[at] ?? 0) * ASCII + (codes[at + 1] ?? 0);
      if (this.#slots[pair] === 0) this.#slots[pair] = this.#lists.push([]) - 1;
      this.#lists[this.#slots[pair] ?? 0]?.push({ hint, codes, at });
    }
  }

  find(text: string): ReadonlySet<string> {
    const found = new Set<string>();
    let previous = lowerCode(text, 0);
    for (let index = 1; index < text.length; index += 1) {
      const code = lowerCode(text, index);
      const slot = this.#slots[previous * ASCII + code] ?? 0;
      if (slot !== 0) this.#check(text, index - 1, slot, found);
      previous = code;
    }
    return found;
  }

  #check(text: string, index: number, slot: number, found: Set<string>): void {
    for (const { hint, codes, at } of this.#lists[slot] ?? []) {
      if (!found.has(hint) && standsAt(text, index - at, codes)) found.add(hint);
    }
  }
}

function standsAt(text: string, start: number, codes: Uint8Array): boolean {
  if (start < 0 || start + codes.length > text.length) return false;
  for (let index = 0; index < codes.length; index += 1) {
    if (lowerCode(text, start + index) !== codes[index]) return false;
  }
  return true;
}
