import { stripVTControlCharacters } from 'node:util';

/** They have no place in a log; tabs and ends of lines have. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;

/**
 * Text of others as lines that the runner of GitHub Actions takes for nothing but text. It reads a line that begins
 * with `::` after white space as a command, also one that has `##[` anywhere; and a carriage return ends a line, too.
 */
export function neutralLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(CONTROL, '')
    .split('\n')
    .map((line) => line.replace(/^(\s*):(?=:)/u, '$1: ').replaceAll('##[', '# #['));
}

/** The same as one line, cut. */
export function neutralLine(text: string, maxChars: number): string {
  const line = neutralLines(text)
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .join(' ');
  const short = line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
  return neutralLines(short)[0] ?? '';
}
