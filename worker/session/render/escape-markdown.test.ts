import { describe, expect, it } from 'vitest';
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
