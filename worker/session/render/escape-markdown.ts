import { breakReferences } from '../../../redact/break-references.ts';

/**
 * Makes text that a model or a stranger wrote harmless in a comment of ours: no HTML (so no hidden comments and no
 * markers), no images (loading one tells somebody), no mentions (they notify, and could start work), no references
 * (`closes #1`). Other Markdown stays.
 */
export function escapeMarkdown(text: string): string {
  return breakReferences(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('![', '!\\['));
}

/** One line as code, whatever it holds. Long lines are cut. */
export function codeSpan(text: string, maxChars = 120): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const cut = line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
  const runs = cut.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  // CommonMark strips one space on both sides.
  return cut === '' ? '` `' : `${fence} ${cut} ${fence}`;
}

/** Text of one or more lines as a quotation. */
export function quote(text: string): string {
  return escapeMarkdown(text)
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
