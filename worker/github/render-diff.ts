import type { DiffFile } from './review/parse-patch.ts';
import { byteLength, cutToBytes, element, escapeFrame, oneLine } from './untrusted-frame.ts';

/** One file's share: a lock file must not push the others out. */
const MAX_FILE_BYTES = 12_000;

/** Names are short, but a pull request may touch thousands of files. */
const MAX_FILES_NAMED = 200;

/** What gives Claude orders counts as it is on the base branch; what a pull request makes of it is only named. */
const ORDERS = /(?:^|\/)(?:(?:CLAUDE(?:\.local)?|AGENTS)\.md|\.mcp\.json|\.(?:claude|husky)\/.*)$/i;

/** What a pull request changes, in so many bytes: its files by name, then as many patches as fit. Null: it is not known. */
export function renderDiff(files: readonly DiffFile[] | null, maxBytes: number): string | null {
  if (files === null || files.length === 0) return null;
  const named = files.slice(0, MAX_FILES_NAMED).map(({ path, status }) => `${status}: ${oneLine(path)}`);
  const more = files.length - named.length;
  const head = [...named, ...(more > 0 ? [`and ${more} more file(s)`] : [])].join('\n');
  let left = maxBytes - byteLength(head);
  const patches: string[] = [];
  let leftOut = 0;
  for (const { path, patch } of files) {
    if (patch === undefined || ORDERS.test(path)) continue;
    const text = `--- ${oneLine(path)}\n${escapeFrame(cutToBytes(patch, MAX_FILE_BYTES))}`;
    const bytes = byteLength(text) + 1;
    if (bytes > left) {
      leftOut += 1;
      continue;
    }
    left -= bytes;
    patches.push(text);
  }
  const note = leftOut === 0 ? [] : [`[${leftOut} file(s) are not shown here; git has them]`];
  return element('diff', { files: String(files.length) }, [head, ...patches, ...note].join('\n'));
}
