/** Invisible: it keeps GitHub from reading a mention, a reference or a closing keyword into a text. */
const BREAK = '\u200b';

/**
 * Makes text that a model or a stranger wrote harmless in a comment of ours: no HTML (so no hidden comments and no
 * markers), no images (loading one tells somebody), no mentions (they notify, and could start work), no references
 * (`closes #1`). Other Markdown stays.
 */
export function escapeMarkdown(text: string): string {
  return breakReferences(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('![', '!\\['));
}

/** GitHub's keywords before an address: `closes https://github.com/acme/shop/issues/1` closes that issue. */
const CLOSING_ADDRESS = /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=:?\s*<?https?:)/gi;

/**
 * One line that GitHub shows as plain text and later reads as a commit message (a title, a subject): it notifies
 * nobody and closes nothing. Who wrote an issue's title decides neither.
 */
export function breakReferences(text: string): string {
  return text
    .replace(/@(?=[\w/-])/g, `@${BREAK}`)
    .replace(/#(?=\d)/g, `#${BREAK}`)
    .replace(/\bGH-(?=\d)/gi, (found) => `${found}${BREAK}`)
    .replace(CLOSING_ADDRESS, (found) => `${found}${BREAK}`);
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
