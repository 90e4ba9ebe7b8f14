import MarkdownIt, { type Token } from 'markdown-it';
import { type ComponentChild, h } from 'preact';
import { Code } from './code.tsx';

/** As on GitHub: a line's end is one. Markup stays text. */
const parser = new MarkdownIt({ html: false, linkify: true, breaks: true });
// `main.rs` and `greet.py` are files here, not hosts.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/** What else a token could ask for is shown as text. */
const ELEMENTS: ReadonlySet<string> = new Set(
  'p blockquote ul ol li strong em s hr br table thead tbody tr th td h1 h2 h3 h4 h5 h6 a'.split(' '),
);

/**
 * Markdown (CommonMark, with GitHub's tables) as elements. No markup is written anywhere: the page's policy forbids it,
 * so hostile text can only become text. Images are named, not fetched: their host would learn who reads.
 */
export function renderMarkdown(text: string): ComponentChild[] {
  return render(parser.parse(text, {}));
}

/** Wide tables scroll, by keyboard too. */
const SCROLLED = { class: 'table', tabIndex: 0, role: 'region', 'aria-label': 'Table' };

type Open = { tag: string; token: Token; children: ComponentChild[] };

function render(tokens: readonly Token[]): ComponentChild[] {
  const done: ComponentChild[] = [];
  const stack: Open[] = [];
  const into = (): ComponentChild[] => stack.at(-1)?.children ?? done;
  for (const token of tokens) {
    if (token.nesting === 1) {
      stack.push({ tag: token.tag, token, children: [] });
    } else if (token.nesting === -1) {
      const open = stack.pop();
      if (open !== undefined) into().push(...close(open));
    } else {
      into().push(...leaf(token));
    }
  }
  // Nothing stays open in what the parser gives.
  return done;
}

function close({ tag, token, children }: Open): ComponentChild[] {
  if (token.hidden || !ELEMENTS.has(tag)) return children;
  if (tag === 'a') return [link(attribute(token, 'href'), children)];
  if (tag === 'ol') return [h('ol', { start: Number(token.attrGet('start') ?? 1) }, ...children)];
  if (tag === 'table') return [h('div', SCROLLED, h('table', null, ...children))];
  // A heading among rows that come and go is none of the page's.
  if (/^h[1-6]$/.test(tag)) return [h('p', { class: `heading ${tag}` }, ...children)];
  const align = /text-align:(right|center)/.exec(attribute(token, 'style') ?? '')?.[1];
  return [h(tag, align === undefined ? null : { class: `to-${align}` }, ...children)];
}

function leaf(token: Token): ComponentChild[] {
  switch (token.type) {
    case 'inline':
      return render(token.children ?? []);
    case 'softbreak':
    case 'hardbreak':
      return [h('br', null)];
    case 'hr':
      return [h('hr', null)];
    case 'code_inline':
      return [h('code', null, token.content)];
    case 'code_block':
    case 'fence':
      return [<Code text={token.content} language={token.info.trim().split(/\s+/)[0] ?? ''} />];
    case 'image':
      return [
        link(attribute(token, 'src'), [`Image: ${token.content === '' ? 'without a name' : token.content}`]),
      ];
    default:
      return [token.content];
  }
}

function attribute(token: Token, name: string): string | null {
  const value = token.attrGet(name);
  return value === null ? null : String(value);
}

/** Other than on the web there is nothing to go to: a path of a repository is no page of ours. */
function link(address: string | null, children: readonly ComponentChild[]): ComponentChild {
  if (address === null || !/^https?:\/\//i.test(address)) return h('span', null, ...children);
  return h('a', { href: address, target: '_blank', rel: 'nofollow noopener noreferrer' }, ...children);
}
