import MarkdownIt from 'markdown-it';
import { isHiddenElement, VOID_ELEMENTS } from './hidden-markup.ts';
import { unusedWord } from './unused-word.ts';

export type MentionPlace =
  | { status: 'found'; start: number; end: number }
  | { status: 'nothing'; reason: string };

/** GitHub's own cap for a body; more can't be a comment. */
const MAX_BODY_CHARS = 262_144;

/** Raw HTML in which text is quoted, code, or not to be seen. */
const QUOTING_ELEMENTS = /^(?:blockquote|code|pre|kbd|samp|tt|q|del|s|strike|a)$/;

const markdown = new MarkdownIt({ html: true, linkify: true });

/**
 * Finds the first mention of the bot that a reader of the rendered text sees as one: not in a quote, code, a link,
 * an address, a comment, struck-out or hidden text, and not part of a longer name.
 *
 * Each candidate is given a name that occurs nowhere else, then the text is parsed as GitHub-flavored Markdown:
 * what survives as plain text tells which candidate is a mention, with no need of source positions.
 */
export function findMention(body: string, botName: string): MentionPlace {
  const text = body.slice(0, MAX_BODY_CHARS);
  if (!text.toLowerCase().includes(`@${botName.toLowerCase()}`)) return nothing('not a mention');
  const candidates = [...text.matchAll(mentionPattern(botName))].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  if (candidates.length === 0) return nothing('not a mention: only part of another name or address');
  const word = unusedWord(text, 'mention');
  const live = liveCandidates(markdown.parse(mark(text, candidates, word), {}), word);
  const first = candidates.find((_, index) => live.has(index));
  if (first === undefined) return nothing('not a mention: only in a quote, code, a link or hidden text');
  return { status: 'found', ...first };
}

function nothing(reason: string): MentionPlace {
  return { status: 'nothing', reason };
}

/**
 * The name with its `@`, not preceded or followed by what would make it part of a path, a package, an address, a
 * team or a longer login, and not in the genitive ("@bot's last commit" is talk about it).
 */
function mentionPattern(botName: string): RegExp {
  const name = botName.replace(/[^A-Za-z0-9-]/g, '\\$&');
  return new RegExp(
    `(?<![\\p{Script=Latin}\\p{N}]_*)(?<![@/.+&#\\\\-])@${name}(?:\\[bot\\])?` +
      `(?!_*[\\p{Script=Latin}\\p{N}])(?![@/\\\\-])(?!\\.[\\p{L}\\p{N}])(?!['’]s(?![a-z]))`,
    'giu',
  );
}

function mark(text: string, candidates: { start: number; end: number }[], word: string): string {
  let marked = '';
  let from = 0;
  candidates.forEach(({ start, end }, index) => {
    marked += `${text.slice(from, start)}@${word}${index}z`;
    from = end;
  });
  return marked + text.slice(from);
}

type Token = ReturnType<typeof markdown.parse>[number];

/** The numbers of the candidates that are plain, visible text. */
function liveCandidates(tokens: Token[], word: string): Set<number> {
  const live = new Set<number>();
  const pattern = new RegExp(`@${word}(\\d+)z`, 'g');
  const blocks: OpenElement[] = [];
  let quoteDepth = 0;
  for (const token of tokens) {
    if (token.type === 'blockquote_open') quoteDepth += 1;
    if (token.type === 'blockquote_close') quoteDepth -= 1;
    if (quoteDepth > 0) continue;
    if (token.type === 'html_block') followTags(token.content, blocks);
    if (token.type !== 'inline' || blocks.some((element) => element.quiet)) continue;
    for (const text of visibleTexts(token.children ?? [])) {
      for (const [, index] of text.matchAll(pattern)) live.add(Number(index));
    }
  }
  return live;
}

/** The plain texts of one paragraph, without links, code and struck-out or hidden parts. */
function* visibleTexts(children: Token[]): Generator<string> {
  const elements: OpenElement[] = [];
  let quietDepth = 0;
  for (const child of children) {
    if (child.type === 'link_open' || child.type === 's_open') quietDepth += 1;
    if (child.type === 'link_close' || child.type === 's_close') quietDepth -= 1;
    if (child.type === 'html_inline') followTags(child.content, elements);
    const visible = quietDepth === 0 && !elements.some((element) => element.quiet);
    if (child.type === 'text' && visible) yield child.content;
  }
}

type OpenElement = { name: string; quiet: boolean };

/** Keeps the stack of open raw HTML elements. */
function followTags(html: string, open: OpenElement[]): void {
  for (const [, slash, rawName = '', attributes = ''] of html.matchAll(/<(\/?)([a-z][\w-]*)([^<>]*)>/gi)) {
    const name = rawName.toLowerCase();
    if (slash === '/') {
      const at = open.findLastIndex((element) => element.name === name);
      if (at >= 0) open.length = at;
    } else if (!VOID_ELEMENTS.test(name) && !attributes.endsWith('/')) {
      open.push({ name, quiet: QUOTING_ELEMENTS.test(name) || isHiddenElement(name, attributes) });
    }
  }
}
