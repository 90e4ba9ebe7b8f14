import { decodeEntities } from './decode-entities.ts';
import { isHiddenElement, VOID_ELEMENTS } from './hidden-markup.ts';
import { removeInvisible } from './invisible-characters.ts';
import { protectCode } from './protect-code.ts';

/** Comments in their three forms, declarations, processing instructions and CDATA; also those that do not end. */
const UNSEEN_MARKUP = [
  /<!--(?:>|->|[\s\S]*?(?:--!?>|$))/g,
  /<!\[CDATA\[[\s\S]*?(?:\]\]>|$)/gi,
  /<![a-z][^>]*(?:>|$)/gi,
  /<\?[\s\S]*?(?:\?>|$)/g,
];

const TITLE = `"(?:[^"\\\\\\n]|\\\\.|\\n(?!\\s*\\n))*"|'(?:[^'\\\\\\n]|\\\\.|\\n(?!\\s*\\n))*'|\\((?:[^()\\\\\\n]|\\\\.|\\n(?!\\s*\\n))*\\)`;
/** `[//]: # (a comment)`, and a definition's title, which shows at most in a tooltip. */
const DEFINITION = new RegExp(
  `^((?:[ \\t>]|[-*+] )*\\[(?!\\^)[^\\]\\n]+\\]:[ \\t]*\\n?[ \\t]*)(<[^<>\\n]*>|[^\\s<]\\S*)((?:[ \\t]+|[ \\t]*\\n[ \\t]*)(?:${TITLE}))?[ \\t]*$`,
  'gm',
);
const COMMENT_TARGET = /^(?:#.*|<.{0,1}>|\/\/)$/;
const IMAGE_ALT = /!\[(?:[^[\]\\]|\\.){1,2000}\](?=[([])/g;
const LINK_TITLE = new RegExp(
  `(\\]\\([ \\t]*(?:<[^<>\\n]*>|[^\\s()<>]+))[ \\t]*\\s(?:${TITLE})[ \\t]*\\)`,
  'g',
);

/** Beyond this many rounds a text was made to keep us busy. */
const MAX_ROUNDS = 40;

/** GitHub's own cap for a body; more can't be one. */
const MAX_CHARS = 262_144;

/**
 * Removes what a reader of the rendered text would not see, so that nobody steers the model behind the readers'
 * backs. Code stays as it is, but for its invisible characters.
 */
export function cleanUntrusted(text: string): string {
  const { text: prose, restore } = protectCode(text.slice(0, MAX_CHARS).replace(/\r\n?/g, '\n'));
  return restore(cleanProse(prose), removeInvisible).trim();
}

/** Runs until nothing changes any more: removing one thing may make another out of its neighbours. */
function cleanProse(text: string): string {
  let cleaned = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = cleanOnce(cleaned);
    if (next === cleaned) return cleaned;
    cleaned = next;
  }
  return removeInvisible(cleaned.replace(/[<>&[\]]/g, ''));
}

function cleanOnce(text: string): string {
  let cleaned = removeInvisible(decodeEntities(text));
  for (const pattern of UNSEEN_MARKUP) cleaned = cleaned.replace(pattern, '');
  return removeTitles(cleanElements(cleaned));
}

function removeTitles(text: string): string {
  return text
    .replace(DEFINITION, (_all, start: string, target: string) =>
      COMMENT_TARGET.test(target) ? '' : `${start}${target}`,
    )
    .replace(IMAGE_ALT, '![]')
    .replace(LINK_TITLE, '$1)');
}

const TAG = /<(\/?)([a-z][a-z0-9-]*)((?:[\s/](?:"[^"]*"|'[^']*'|[^<>"'])*)?)(>|(?=<)|$)/gi;

/** Removes hidden elements with their content and every attribute that is not a target. */
function cleanElements(text: string): string {
  let cleaned = '';
  let from = 0;
  /** The hidden element we are in, and how many of its name are open. */
  let hidden: { name: string; depth: number } | null = null;
  for (const match of text.matchAll(TAG)) {
    const [tag, slash, rawName = '', attributes = ''] = match;
    const name = rawName.toLowerCase();
    if (hidden === null) cleaned += text.slice(from, match.index);
    from = match.index + tag.length;
    if (hidden !== null) {
      if (name === hidden.name) hidden.depth += slash === '/' ? -1 : 1;
      if (hidden.depth === 0) hidden = null;
    } else if (slash === '' && isHiddenElement(name, attributes)) {
      if (!VOID_ELEMENTS.test(name)) hidden = { name, depth: 1 };
    } else {
      cleaned += slash === '/' ? `</${name}>` : `<${name}${targetOf(attributes)}>`;
    }
  }
  return hidden === null ? cleaned + text.slice(from) : cleaned;
}

function targetOf(attributes: string): string {
  const [, name, value] = /\s(href|src)\s*=\s*["']?([^\s"'<>]+)/i.exec(attributes) ?? [];
  return name === undefined || value === undefined ? '' : ` ${name.toLowerCase()}="${value}"`;
}
