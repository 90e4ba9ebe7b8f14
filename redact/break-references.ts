/** Invisible: it keeps GitHub from reading a mention, a reference or a closing keyword into a text. */
const BREAK = '\u200b';

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
