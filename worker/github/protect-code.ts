import MarkdownIt from 'markdown-it';

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
  let word = 'codepiece';
  while (source.includes(word)) word += 'q';
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

/** Code spans have no positions; they are looked for in the order of the paragraph's parts. */
function protectSpans(
  lines: string[],
  first: number,
  end: number,
  children: Token[],
  setAside: (code: string) => string,
): void {
  if (!children.some((child) => child.type === 'code_inline')) return;
  let rest = lines.slice(first, end).join('\n');
  let done = '';
  for (const child of children) {
    const part = child.type === 'html_inline' ? child.content : spanSource(child, rest);
    const at = part === null ? -1 : rest.indexOf(part);
    if (part === null || at < 0) continue;
    done += rest.slice(0, at) + (child.type === 'html_inline' ? part : setAside(part));
    rest = rest.slice(at + part.length);
  }
  const replaced = (done + rest).split('\n');
  // The number of lines stays the same: spans over line ends are not found, their line feeds became spaces.
  replaced.forEach((line, index) => {
    lines[first + index] = line;
  });
}

function spanSource(child: Token, rest: string): string | null {
  if (child.type !== 'code_inline') return null;
  const { markup, content } = child;
  const forms = [`${markup}${content}${markup}`, `${markup} ${content} ${markup}`];
  return forms.find((form) => rest.includes(form)) ?? null;
}
