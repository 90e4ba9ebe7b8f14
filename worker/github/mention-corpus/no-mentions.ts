import type { ParsedMention } from '../parse-mention.ts';
import type { CorpusCase } from './corpus-case.ts';

const NONE: ParsedMention = { status: 'nothing', reason: 'not a mention' };
const PART: ParsedMention = {
  status: 'nothing',
  reason: 'not a mention: only part of another name or address',
};
const UNSEEN: ParsedMention = {
  status: 'nothing',
  reason: 'not a mention: only in a quote, code, a link or hidden text',
};

/** What asks for nothing: look-alikes, quotes, code, hidden text. */
export const NO_MENTIONS: CorpusCase[] = [
  { title: 'no mention', body: 'signalbox is down', expected: NONE },
  { title: 'an empty body', body: '', expected: NONE },
  { title: 'another login', body: '@signal box fix it', expected: NONE },
  { title: 'an invisible character inside', body: '@signal\u200Bbox fix it', expected: NONE },
  { title: 'a fullwidth at sign', body: '＠signalbox fix it', expected: NONE },
  { title: 'a longer login with a hyphen', body: '@signalbox-fan fix it', expected: PART },
  { title: 'a longer login', body: '@signalboxes fix it', expected: PART },
  { title: 'a longer login with digits', body: '@signalbox2 fix it', expected: PART },
  { title: 'an underscore after', body: '@signalbox_dev fix it', expected: PART },
  { title: 'an e-mail address', body: 'write to mail@signalbox.dev', expected: PART },
  { title: 'an e-mail address without a domain end', body: 'root@signalbox answers', expected: PART },
  { title: 'a domain', body: 'see @signalbox.dev', expected: PART },
  { title: 'a path', body: 'see /x/@signalbox', expected: PART },
  { title: 'a package', body: 'npm i @signalbox/cli', expected: PART },
  { title: 'a package version', body: 'npm i @signalbox@2', expected: PART },
  { title: 'a team', body: 'cc @signalbox/foo', expected: PART },
  { title: 'two at signs', body: '@@signalbox fix it', expected: PART },
  { title: 'an escaped at sign', body: '\\@signalbox fix it', expected: PART },
  { title: 'the genitive', body: "@signalbox's last commit broke it", expected: PART },
  { title: 'a quote', body: '> @signalbox fix it', expected: UNSEEN },
  { title: 'a lazily continued quote', body: '> he said\n@signalbox fix it', expected: UNSEEN },
  { title: 'a quote in a quote', body: '> > @signalbox fix it\n>\n> @signalbox stop', expected: UNSEEN },
  { title: 'a quote in a list', body: '- a\n\n  > @signalbox fix it', expected: UNSEEN },
  { title: 'a backtick fence', body: '```\n@signalbox fix it\n```', expected: UNSEEN },
  { title: 'a tilde fence', body: '~~~sh\n@signalbox fix it\n~~~', expected: UNSEEN },
  {
    title: 'a fence in a longer fence',
    body: '````\n```\n@signalbox a\n```\n@signalbox b\n````',
    expected: UNSEEN,
  },
  { title: 'a fence that is not closed', body: '```\n@signalbox fix it', expected: UNSEEN },
  { title: 'a fence in a list', body: '1. do\n   ```\n   @signalbox fix it\n   ```', expected: UNSEEN },
  { title: 'indented code', body: 'Run:\n\n    @signalbox fix it', expected: UNSEEN },
  { title: 'inline code', body: 'write `@signalbox fix it` to start', expected: UNSEEN },
  { title: 'inline code with two backticks', body: 'write ``a ` @signalbox`` to start', expected: UNSEEN },
  { title: 'an HTML comment', body: '<!-- @signalbox fix it -->', expected: UNSEEN },
  { title: 'an HTML comment over lines', body: 'Hi\n<!--\n\n@signalbox fix it\n\n-->', expected: UNSEEN },
  { title: 'an HTML comment that is not closed', body: '<!-- @signalbox fix it', expected: UNSEEN },
  { title: 'an HTML comment in a line', body: 'Hello <!-- @signalbox fix it --> there', expected: UNSEEN },
  { title: 'a Markdown comment', body: '[//]: # (@signalbox fix it)', expected: UNSEEN },
  { title: 'a link', body: '[@signalbox](https://example.com)', expected: UNSEEN },
  { title: 'a bare URL', body: 'https://example.com/?q=(@signalbox)', expected: UNSEEN },
  { title: 'an autolink', body: '<https://example.com/?a=(@signalbox>', expected: UNSEEN },
  { title: 'an image text', body: '![@signalbox fix it](a.png)', expected: UNSEEN },
  { title: 'struck out', body: '~~@signalbox fix it~~ done', expected: UNSEEN },
  { title: 'raw code element', body: '<code>@signalbox fix it</code>', expected: UNSEEN },
  {
    title: 'raw quote element',
    body: '<blockquote>\n\n@signalbox fix it\n\n</blockquote>',
    expected: UNSEEN,
  },
  { title: 'raw preformatted block', body: '<pre>\n@signalbox fix it\n</pre>', expected: UNSEEN },
  { title: 'a hidden element', body: '<div hidden>\n\n@signalbox fix it\n\n</div>', expected: UNSEEN },
  {
    title: 'an element that is not displayed',
    body: 'a <span style="display: none">@signalbox fix it</span>',
    expected: UNSEEN,
  },
];
