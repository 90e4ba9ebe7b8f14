/** JSON's and the shell's escapes, up to three levels of quoting deep; a terminal's colours, raw and as JSON. */
const ESCAPES =
  /\\{1,8}(?:(?:u001b|x1b|033|e)\[[0-9;]{0,20}[A-Za-z]|u[0-9a-fA-F]{4}|[nrtbf"'/])|\p{Cc}\[[0-9;]{0,20}[A-Za-z]/gu;

/** One of these must be there before anything has to be replaced. */
const MAY_ESCAPE = /\\|\p{Cc}\[/u;

/**
 * The text with every escape sequence blanked out by as many characters, so that a token right after a `\n` stands at
 * a word's beginning and positions stay what they are. Line ends stay line ends.
 */
export function blankEscapes(text: string): string {
  if (!MAY_ESCAPE.test(text)) return text;
  return text.replace(ESCAPES, (found) => (/[nr]$/.test(found) ? '\n' : ' ').repeat(found.length));
}

/** The same for the escapes of URLs: a token may follow a `%20` or a `%3D`. */
export function blankUrlEscapes(text: string): string {
  return text.includes('%') ? text.replace(/%[0-9a-fA-F]{2}/g, '   ') : text;
}

/** The text without white space: a value that was wrapped at some column is one piece again. */
export function squeeze(text: string): string {
  return text.replace(/\s+/g, '');
}

/** Where each character of `squeeze(text)` stands in the text. */
export function squeezedPositions(text: string): number[] {
  const positions: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    if (!/\s/.test(text.charAt(index))) positions.push(index);
  }
  return positions;
}
