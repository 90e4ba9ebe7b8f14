import { cleanUntrusted } from '../clean-untrusted.ts';
import {
  byteLength,
  clean,
  cutToBytes,
  element,
  escapeFrame,
  FRAME,
  INTRODUCTION,
  oneLine,
} from '../untrusted-frame.ts';
import { numberDiff } from './number-diff.ts';
import type { DiffFile } from './parse-patch.ts';
import type { FindingThread } from './plan-review.ts';

export type ReviewSubject = {
  number: number;
  title: string;
  description: { author: string; text: string } | null;
  headSha: string;
  files: readonly DiffFile[];
  threads: readonly FindingThread[];
};

const DESCRIPTION_SHARE = 0.1;
const FINDINGS_SHARE = 0.1;

const MAX_SHOWN_CHARS = 300;

/** What Claude is asked for. @param wish what the person wrote behind the command */
export function buildReviewRequest(wish: string, headSha: string): string {
  const more = cleanUntrusted(wish);
  return [
    `Review the pull request: what it changes up to commit ${headSha.slice(0, 12)}. Its diff comes with this request, each line with its number; the files of the whole repository lie in your folder. Change nothing: you can only read.`,
    'Find what is wrong and worth a change: errors, broken cases, security, data that gets lost, interfaces that no longer fit, tests that test nothing. Look at the code around the changes, and check each suspicion in the files before you write it down. Leave out praise, taste and what a formatter does.',
    'Name for each finding the file, the line as the diff numbers it ("R" is side RIGHT, "L" is side LEFT), and a short `id`. Use lines of the diff where you can. Where the fix is small, give the exact text that replaces the lines as `suggestion`.',
    'Findings of earlier reviews are listed as `finding`, if there are any. Give those that still hold again, with the same `id`; those that you leave out are taken for fixed.',
    ...(more === '' ? [] : [`What was asked besides:\n\n${more}`]),
  ].join('\n\n');
}

/** The pull request as untrusted content: the diff is code of whoever wrote it. */
export function buildReviewContext(subject: ReviewSubject, budgetBytes: number): string {
  const { number, title, description, files, threads } = subject;
  const parts = [
    `<${FRAME} of="pull request #${number}" trust="none">`,
    INTRODUCTION,
    element('title', {}, oneLine(title)),
  ];
  if (description !== null && description.text.trim() !== '') {
    const text = cutToBytes(clean(description.text), budgetBytes * DESCRIPTION_SHARE);
    parts.push(element('description', { author: description.author }, text));
  }
  parts.push(...earlierFindings(threads, budgetBytes * FINDINGS_SHARE));
  const end = `</${FRAME}>`;
  const left = budgetBytes - byteLength([...parts, element('diff', {}, ''), end].join('\n'));
  return [...parts, element('diff', {}, escapeFrame(numberDiff(files, left))), end].join('\n');
}

function earlierFindings(threads: readonly FindingThread[], maxBytes: number): string[] {
  const found: string[] = [];
  let left = maxBytes;
  for (const { id, path, line, isResolved, text } of threads) {
    // What somebody has resolved is decided.
    if (isResolved) continue;
    const where = { id, path, ...(line === null ? {} : { line: String(line) }) };
    const one = element('finding', where, clean(text).slice(0, MAX_SHOWN_CHARS));
    left -= byteLength(one) + 1;
    if (left < 0) break;
    found.push(one);
  }
  return found;
}
