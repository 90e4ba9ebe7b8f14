import MarkdownIt from 'markdown-it';
import { unusedWord } from './unused-word.ts';

const markdown = new MarkdownIt({ html: true });
type Token = ReturnType<typeof markdown.parse>[number];

export type ProtectedText = {
  /** The text with each piece of code replaced by a word that occurs nowhere else. */
  text: string;
  /** Puts the code back wherever its word is still there. */
  restore: (text: string, clean: (code: string) => string) => string;
};

/**
 * Sets code blocks and code spans aside: readers see all that is in them, and `<Button kind="a">` in a request must
 * stay what it is. What CommonMark takes for part of a comment or of raw HTML is not code.
 */
export function protectCode(source: string): ProtectedText {
  if (!/[`~]|^(?: {4}|\t)/m.test(source)) return { text: source, restore: (text) => text };
  const word = unusedWord(source, 'codepiece');
  const pieces: string[] = [];
  const setAside = (code: string): string => `${word}${pieces.push(code) - 1}z`;
  const lines = source.split('\n');
  for (const token of markdown.parse(source, {})) {
    if (token.map === null) continue;
    const [first, end] = token.map;
    if (token.type === 'fence' || token.type === 'code_block') protectLines(lines, first, end, setAside);
    else if (token.type === 'inline') protectSpans(lines, first, end, token.children ?? [], setAside);
  }
  const pattern = new RegExp(`${word}(\\d+)z`, 'g');
  return {
    text: lines.filter((line) => line !== REMOVED).join('\n'),
    restore: (text, clean) => text.replace(pattern, (_all, index) => clean(pieces[Number(index)] ?? '')),
  };
}

/** No line of a text split at line feeds holds one. */
const REMOVED = '\n';

function protectLines(lines: string[], first: number, end: number, setAside: (code: string) => string): void {
  lines[first] = setAside(lines.slice(first, end).join('\n'));
  lines.fill(REMOVED, first + 1, end);
}

/**
 * Each part that is not found costs a look through the rest of its paragraph. So many happen to nobody who writes for
 * people; what comes after them is treated as prose.
 */
const MAX_MISSES = 100;

/** Code spans have no positions; they are looked for in the order of the paragraph's parts. */
function protectSpans(
  lines: string[],
  first: number,
  end: number,
  children: Token[],
  setAside: (code: string) => string,
): void {
  if (!children.some((child) => child.type === 'code_inline')) return;
  const text = lines.slice(first, end).join('\n');
  const done: string[] = [];
  let from = 0;
  let misses = 0;
  for (const child of children) {
    if (child.type !== 'code_inline' && child.type !== 'html_inline') continue;
    const part =
      child.type === 'html_inline' ? findText(text, from, child.content) : findSpan(text, from, child);
    if (part === null) {
      misses += 1;
      if (misses === MAX_MISSES) break;
      continue;
    }
    const found = text.slice(part.start, part.end);
    done.push(text.slice(from, part.start), child.type === 'html_inline' ? found : setAside(found));
    from = part.end;
  }
  const replaced = [...done, text.slice(from)].join('').split('\n');
  // The number of lines stays the same: spans over line ends are not found, their line feeds became spaces.
  replaced.forEach((line, index) => {
    lines[first + index] = line;
  });
}

type Part = { start: number; end: number };

function findText(text: string, from: number, wanted: string): Part | null {
  const start = text.indexOf(wanted, from);
  return start < 0 ? null : { start, end: start + wanted.length };
}

/** CommonMark strips one space on both sides of what a span holds. */
function findSpan(text: string, from: number, { markup, content }: Token): Part | null {
  const endings = [`${content}${markup}`, ` ${content} ${markup}`];
  for (let start = text.indexOf(markup, from); start >= 0; start = text.indexOf(markup, start + 1)) {
    const inside = start + markup.length;
    const ending = endings.find((one) => text.startsWith(one, inside));
    if (ending !== undefined) return { start, end: inside + ending.length };
  }
  return null;
}
