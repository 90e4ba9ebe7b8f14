import type { SecretLintRuleCreator } from '@secretlint/types';

const MARKER = /-----(BEGIN|END) (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;

/** An RSA key of 8,192 bits has 6,400 characters; line numbers and marks of a diff come on top. */
const MAX_KEY_CHARS = 20_000;

/** What stands before a line of a key in a diff, a quote, a listing with line numbers, an array of strings. */
const LINE_MARKS = /^[\s+>|:,'"#*\d→-]{0,16}/;

/** PEM has 64 characters a line; one without line ends at all (RFC 7468 allows what a reader takes) has some thousand. */
const MAX_LINE_CHARS = 8_000;

/** A line of base64, or a header of an encrypted or PGP key (RFC 1421, RFC 4880). */
const KEY_LINE = /^(?:[A-Za-z0-9+/=]{1,8000}|(?:Proc-Type|DEK-Info|Version|Comment|Hash): .{0,200})['",\s]*$/;

/** Fewer characters of base64 are an example or a sentence about keys. */
const MIN_MATERIAL_CHARS = 40;

/**
 * Private keys in PEM: whole ones with whatever stands before their lines, ones that the text cuts off at its end,
 * and what is left when the beginning is missing. The maintained rule knows whole ones that stand alone.
 */
export const keyRule: SecretLintRuleCreator = {
  messages: {},
  meta: {
    id: 'signalbox/private-key',
    recommended: true,
    type: 'scanner',
    supportedContentTypes: ['text'],
  },
  create: (context) => ({
    file({ content }) {
      const report = (start: number, end: number): void =>
        context.report({ message: { message: '', messageId: 'KEY', data: undefined }, range: [start, end] });
      let open: { start: number; body: number } | null = null;
      let floor = 0;
      for (const { 0: marker, 1: kind, index } of content.matchAll(MARKER)) {
        if (open !== null && kind === 'BEGIN') reportOpen(open, index);
        else if (open !== null && index - open.body > MAX_KEY_CHARS) reportOpen(open, index);
        else if (open !== null) {
          if (material(content.slice(open.body, index)) >= MIN_MATERIAL_CHARS)
            report(open.start, index + marker.length);
        } else if (kind === 'END') {
          const start = startOfRest(content, floor, index);
          if (start !== null) report(start, index + marker.length);
        }
        floor = index + marker.length;
        open = kind === 'BEGIN' ? { start: index, body: floor } : null;
      }
      if (open !== null) reportOpen(open, content.length);

      function reportOpen({ start, body }: { start: number; body: number }, limit: number): void {
        const end = endOfLines(content, body, Math.min(limit, body + MAX_KEY_CHARS));
        if (end > body) report(start, end);
      }
    },
  }),
};

function material(text: string): number {
  return text.replace(/[^A-Za-z0-9+/=]/g, '').length;
}

/** Where the lines of a key end that begins before `from` and has no END. */
function endOfLines(content: string, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const lineEnd = content.indexOf('\n', at);
    const end = lineEnd === -1 ? limit : Math.min(lineEnd, limit);
    const bare = content.slice(at, Math.min(end, at + MAX_LINE_CHARS + 1)).replace(LINE_MARKS, '');
    if (bare !== '' && !KEY_LINE.test(bare)) break;
    at = end + 1;
  }
  return Math.min(at, limit);
}

/** Where the lines begin that belong to an END whose BEGIN is not in the text; null when there are none. */
function startOfRest(content: string, floor: number, end: number): number | null {
  const lowest = Math.max(floor, end - MAX_KEY_CHARS);
  let start = end;
  while (start > lowest) {
    const before = start - 2 < lowest ? -1 : content.lastIndexOf('\n', start - 2);
    const lineStart = Math.max(before + 1, lowest);
    const bare = content
      .slice(lineStart, Math.min(start, lineStart + MAX_LINE_CHARS + 1))
      .trimEnd()
      .replace(LINE_MARKS, '');
    if (bare !== '' && !KEY_LINE.test(bare)) break;
    start = lineStart;
  }
  return material(content.slice(start, end)) < MIN_MATERIAL_CHARS ? null : start;
}
