import { rules as maintained } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretLintRuleCreator } from '@secretlint/types';
import { HintFinder } from './hint-finder.ts';
import { keyRule } from './key-rule.ts';
import { namedValueRule } from './named-value-rule.ts';
import type { Range } from './ranges.ts';
import { hintsOf } from './rule-hints.ts';
import { hostRule, type RunRule } from './rule-host.ts';
import { tokenRule } from './token-rule.ts';

/** Lets a comment in the text switch rules off. What comes from a repository has no say in this. */
const OBEYS_THE_TEXT = '@secretlint/secretlint-rule-filter-comments';

/** The maintained set, and what it leaves out. */
export const RULES: readonly SecretLintRuleCreator[] = [
  ...maintained.filter(({ meta }) => meta.id !== OBEYS_THE_TEXT),
  tokenRule,
  keyRule,
  namedValueRule,
];

type Hosted = { run: RunRule; hints: readonly string[] | null };

const HOSTED: readonly Hosted[] = RULES.map((rule) => ({
  run: hostRule(rule, {}),
  hints: hintsOf(rule.meta.id),
}));

/** Each hint with the rules that it wakes. */
const WOKEN_BY = new Map<string, Hosted[]>();
for (const hosted of HOSTED) {
  for (const hint of hosted.hints ?? []) WOKEN_BY.set(hint, [...(WOKEN_BY.get(hint) ?? []), hosted]);
}

const FINDER = new HintFinder(WOKEN_BY.keys());

const ALWAYS = HOSTED.filter(({ hints }) => hints === null);

/** A line this long was broken by a column, not by its writer. */
const MIN_WRAPPED_LINE_CHARS = 60;

const TOKEN_CHARS = /[\w+/=-]*/y;
const WRAPPED_LINE = /\n[\w.~+/=-]{12,}(?=\n|$)/y;

/** Where the rules find secrets in a text whose escapes are blanked out. */
export function scanText(flat: string): Range[] {
  const hints = FINDER.find(flat);
  if (hints.size === 0 && ALWAYS.length === 0) return [];
  const awake = new Set(ALWAYS);
  for (const hint of hints) for (const rule of WOKEN_BY.get(hint) ?? []) awake.add(rule);
  const found: Range[] = [];
  for (const { run } of awake) for (const range of run(flat)) found.push(widen(flat, range));
  return found;
}

/** A rule's length may be an older one than the token's, and a terminal breaks what is longer than its line. */
function widen(flat: string, [start, end]: Range): Range {
  let widened = matchEnd(TOKEN_CHARS, flat, end);
  const lineStart = flat.lastIndexOf('\n', widened - 1) + 1;
  if (widened - lineStart < MIN_WRAPPED_LINE_CHARS) return [start, widened];
  for (;;) {
    const next = matchEnd(WRAPPED_LINE, flat, widened);
    if (next === widened) return [start, widened];
    widened = next;
  }
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
