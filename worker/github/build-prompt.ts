import { cleanUntrusted } from './clean-untrusted.ts';
import {
  byteLength,
  clean,
  cutToBytes,
  element,
  escapeFrame,
  FRAME,
  INTRODUCTION,
  oneLine,
} from './untrusted-frame.ts';

/** What somebody wrote in the thread. Times are ms since 1970. */
export type ThreadEntry = {
  kind: 'comment' | 'review' | 'review_comment';
  author: string;
  text: string;
  createdAt: number;
  updatedAt: number;
  where?: { path: string; line: number | null };
};

export type PromptInput = {
  kind: 'issue' | 'pull request';
  number: number;
  title: string;
  /** The first post; null when the request itself is that post. */
  opening: { author: string; text: string } | null;
  entries: readonly ThreadEntry[];
  /** The lines that the request is about. */
  where: { path: string; line: number | null; hunk: string } | null;
  /** Nothing written or edited after this is read. */
  triggeredAt: number;
  budgetBytes: number;
};

/** The first post gets at most this share: comments tell what came of it. */
const OPENING_SHARE = 0.5;
const HUNK_SHARE = 0.2;

/** The request as the model gets it: cleaned, and never empty. */
export function buildRequest(text: string, kind: 'issue' | 'pull request', title: string): string {
  const cleaned = cleanUntrusted(text);
  return cleaned === '' ? `Do what this ${kind} asks for: ${oneLine(title)}` : cleaned;
}

/** The thread up to the trigger, framed as untrusted content. The oldest comments are left out first. */
export function buildContext(input: PromptInput): string {
  const number = `${input.kind} #${input.number}`;
  const head = [
    `<${FRAME} of="${number}" trust="none">`,
    INTRODUCTION,
    element('title', {}, oneLine(input.title)),
  ];
  if (input.opening !== null) {
    const text = cutToBytes(clean(input.opening.text), input.budgetBytes * OPENING_SHARE);
    head.push(element('description', { author: input.opening.author }, text));
  }
  const foot = [...linesOf(input), `</${FRAME}>`];
  const used = byteLength([...head, ...foot].join('\n'));
  const entries = input.entries
    .filter((entry) => Math.max(entry.createdAt, entry.updatedAt) <= input.triggeredAt)
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .map(renderEntry);
  const kept = newestWithin(entries, input.budgetBytes - used);
  const leftOut = entries.length - kept.length;
  const note = leftOut === 0 ? [] : [element('left_out', {}, `${leftOut} older comment(s) did not fit.`)];
  return [...head, ...note, ...kept, ...foot].join('\n');
}

function linesOf({ where, budgetBytes }: PromptInput): string[] {
  if (where === null) return [];
  const attributes = { path: where.path, ...(where.line === null ? {} : { line: String(where.line) }) };
  // A hunk is code: comments and character references in it are what it is about.
  const hunk = escapeFrame(cutToBytes(where.hunk, budgetBytes * HUNK_SHARE));
  return [element('lines', attributes, hunk)];
}

function renderEntry(entry: ThreadEntry): string {
  const where: Record<string, string> = entry.where === undefined ? {} : { path: entry.where.path };
  if (typeof entry.where?.line === 'number') where.line = String(entry.where.line);
  const at = new Date(entry.createdAt).toISOString();
  return element(entry.kind, { author: entry.author, at, ...where }, clean(entry.text));
}

function newestWithin(entries: string[], budgetBytes: number): string[] {
  let left = budgetBytes;
  let from = entries.length;
  while (from > 0) {
    left -= byteLength(entries[from - 1] ?? '') + 1;
    if (left < 0) break;
    from -= 1;
  }
  return entries.slice(from);
}
