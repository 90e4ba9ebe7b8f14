import { describe, expect, it } from 'vitest';
import { breakReferences } from '../../../redact/break-references.ts';
import { codeSpan, escapeMarkdown, quote } from './escape-markdown.ts';

describe('escapeMarkdown', () => {
  it.each([
    ['<!-- signalbox:task:x -->', '&lt;!-- signalbox:task:x -->'],
    ['@mona and @acme/team', '@\u200bmona and @\u200bacme/team'],
    ['closes #5, GH-6', 'closes #\u200b5, GH-\u200b6'],
    ['![x](https://evil.test/?leak)', '!\\[x](https://evil.test/?leak)'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['**bold** `code` # heading', '**bold** `code` # heading'],
  ])('makes %j harmless', (text, harmless) => {
    expect(escapeMarkdown(text)).toBe(harmless);
  });
});

describe('breakReferences', () => {
  it.each([
    ['Fix @acme/team <b>', 'Fix @\u200bacme/team <b>'],
    ['fixes #1 and acme/shop#2, resolves GH-3', 'fixes #\u200b1 and acme/shop#\u200b2, resolves GH-\u200b3'],
    ['Closes: https://github.com/acme/shop/issues/1', 'Closes\u200b: https://github.com/acme/shop/issues/1'],
    ['fixed\nhttps://github.com/a/b/pull/1', 'fixed\u200b\nhttps://github.com/a/b/pull/1'],
    ['See https://example.com/#top and C#', 'See https://example.com/#top and C#'],
  ])('leaves nothing in %j that GitHub acts on', (text, harmless) => {
    expect(breakReferences(text)).toBe(harmless);
  });
});

describe('codeSpan', () => {
  it('can not be left by backticks and fits on one line', () => {
    expect(codeSpan('a `b` c')).toBe('`` a `b` c ``');
    expect(codeSpan('two\nlines')).toBe('` two lines `');
    expect(codeSpan('x'.repeat(300), 10)).toBe(`\` ${'x'.repeat(9)}… \``);
  });
});

describe('quote', () => {
  it('quotes each line', () => {
    expect(quote('a\n\nb')).toBe('> a\n>\n> b');
  });
});
