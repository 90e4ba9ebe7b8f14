import { cleanUntrusted } from './clean-untrusted.ts';
import { condenseThread } from './condense-thread.ts';
import type { LinkedIssue } from './linked-issues.ts';
import { renderDiff } from './render-diff.ts';
import type { DiffFile } from './review/parse-patch.ts';
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
  /** Comments that are too old to have been read at all. */
  unread?: number;
  linked?: readonly LinkedIssue[];
  /** What the pull request changes. */
  diff?: readonly DiffFile[] | null;
};

/** Most of the room that each part gets; what they leave is the comments'. docs/github.md names these. */
const OPENING_SHARE = 0.4;
const HUNK_SHARE = 0.1;
const DIFF_SHARE = 0.25;
const LINKED_SHARE = 0.05;

/** The request as the model gets it: cleaned, and never empty. */
export function buildRequest(text: string, kind: 'issue' | 'pull request', title: string): string {
  const cleaned = cleanUntrusted(text);
  return cleaned === '' ? `Do what this ${kind} asks for: ${oneLine(title)}` : cleaned;
}

/** What is known of the conversation up to the trigger, framed as untrusted content: old comments in few words. */
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
  const { linked = [], diff = null, budgetBytes, unread = 0 } = input;
  head.push(...linked.map((one) => renderLinked(one, budgetBytes * LINKED_SHARE)));
  const changes = renderDiff(diff, budgetBytes * DIFF_SHARE);
  if (changes !== null) head.push(changes);
  const foot = [...linesOf(input), `</${FRAME}>`];
  const used = byteLength([...head, ...foot].join('\n'));
  const entries = input.entries
    .filter((entry) => wasThere(entry, input.triggeredAt))
    .toSorted((a, b) => a.createdAt - b.createdAt);
  const { shown, shortened, leftOut } = condenseThread(entries, budgetBytes - used);
  const missing = leftOut + unread;
  const notes = [
    ...(missing === 0 ? [] : [`${missing} older comment(s) did not fit.`]),
    ...(shortened === 0 ? [] : [`${shortened} of the comments that follow are shortened.`]),
  ];
  const note = notes.length === 0 ? [] : [element('left_out', {}, notes.join(' '))];
  return [...head, ...note, ...shown, ...foot].join('\n');
}

/** What was written after the trigger counts for nothing; what was edited since is not known as it was. */
function wasThere({ createdAt, updatedAt }: ThreadEntry, triggeredAt: number): boolean {
  // GitHub tells times in whole seconds: an edit in the trigger's own second may be later.
  return createdAt <= triggeredAt && (updatedAt <= createdAt || updatedAt < triggeredAt);
}

function renderLinked({ number, said }: LinkedIssue, maxBytes: number): string {
  const name = { number: `#${number}` };
  if (said === null) return element('linked_issue', name, '[it was changed after the request]');
  const { title, author, state } = said;
  const text = `${oneLine(title)}\n${cutToBytes(clean(said.text), maxBytes)}`;
  return element('linked_issue', { ...name, author, state }, text);
}

function linesOf({ where, budgetBytes }: PromptInput): string[] {
  if (where === null) return [];
  const attributes = { path: where.path, ...(where.line === null ? {} : { line: String(where.line) }) };
  // A hunk is code: comments and character references in it are what it is about.
  const hunk = escapeFrame(cutToBytes(where.hunk, budgetBytes * HUNK_SHARE));
  return [element('lines', attributes, hunk)];
}
