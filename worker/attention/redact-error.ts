import { MAX_ATTENTION_TEXT } from '../../protocol/attention.ts';

/** What takes the place of a secret. */
const GONE = '[redacted]';

/** Errors of GitHub, libSQL and sockets may repeat the address or the header that they failed with. */
const SECRETS: readonly [RegExp, string][] = [
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${GONE}@`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#]+)\?[^\s#]+/gi, `$1?${GONE}`],
  [/\b(bearer|basic|token)\s+[\w.~+/=-]{8,}/gi, `$1 ${GONE}`],
  [/\b(?:gh[a-z]_|github_pat_|sb[a-z]_|sk-ant-|sk-|xox[a-z]-)[\w.-]{8,}/g, GONE],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, GONE],
];

/** An error as people may see it: without secrets, on one line, not longer than `MAX_ATTENTION_TEXT`. */
export function redactError(text: string): string {
  const safe = SECRETS.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text.slice(0, 4_000));
  return cutLine(safe);
}

/** One line of at most `MAX_ATTENTION_TEXT` characters. */
export function cutLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_ATTENTION_TEXT ? `${line.slice(0, MAX_ATTENTION_TEXT - 1)}…` : line;
}
