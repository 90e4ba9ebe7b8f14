import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanUntrusted } from './clean-untrusted.ts';

const tags = (text: string): string =>
  [...text].map((char) => String.fromCodePoint(0xe0000 + (char.codePointAt(0) ?? 0))).join('');

const HIDDEN: [title: string, text: string, cleaned: string][] = [
  ['a comment', 'a <!-- evil --> b', 'a  b'],
  ['a comment over lines', 'a\n<!--\nevil\n-->\nb', 'a\n\nb'],
  ['a comment that does not end', 'a\n<!-- evil', 'a'],
  ['a comment that grows together', '<!-<!-- x -->- evil -->', ''],
  ['a comment that grows together again', '<!-<!-<!-- x -->- y -->- evil -->', ''],
  ['a comment in references', '&lt;!-- evil --&gt;', ''],
  ['a comment in doubled references', '&amp;lt;!-- evil --&amp;gt;', ''],
  ['a comment in numeric references', '&#60;&#x21;&#45;&#45; evil &#45;&#45;&#62;', ''],
  ['a comment split by an invisible character', '<!\u200B-- evil -->', ''],
  ['a comment split by a reference to one', '<!&#8203;-- evil -->', ''],
  ['a declaration', 'a<!DOCTYPE evil>b', 'ab'],
  ['a processing instruction', 'a<?evil?>b', 'ab'],
  ['CDATA', 'a<![CDATA[evil]]>b', 'ab'],
  ['a Markdown comment in parentheses', 'a\n\n[//]: # (evil)\n\nb', 'a\n\n\n\nb'],
  ['a Markdown comment in quotes', '[//]: # "evil"', ''],
  ['a Markdown comment over lines', "[comment]: # 'ev\nil'", ''],
  ['a Markdown comment with an empty target', '[x]: <> (evil)', ''],
  ["a definition's title", '[x]: https://a.example/b "evil"', '[x]: https://a.example/b'],
  ["a link's title", '[a](https://a.example "evil")', '[a](https://a.example)'],
  ["an image's text and title", '![evil](a.png "evil")', '![](a.png)'],
  ["an image element's text", '<img alt="evil" src="a.png">', '<img src="a.png">'],
  [
    'attributes',
    '<a title="evil" href="https://a.example" data-x=evil>a</a>',
    '<a href="https://a.example">a</a>',
  ],
  ['a hidden element', 'a <div hidden>evil <div>evil</div> evil</div> b', 'a  b'],
  ['a hidden element that is not closed', 'a <span hidden> evil', 'a'],
  ['an element that is not displayed', 'a<p style="display : none">evil</p>b', 'ab'],
  ['an element without size', 'a<p style=font-size:0>evil</p>b', 'ab'],
  ['a script', 'a<script>evil</script>b', 'ab'],
  ['zero-width characters', 'a\u200B\u200C\u200D\u2060\uFEFFb', 'ab'],
  ['marks of direction', 'a\u202Eb\u2066c\u200Ed\u061Ce', 'abcde'],
  ['tag characters', `a${tags('evil')}b`, 'ab'],
  ['references to tag characters', 'a&#xE0065;&#917622;b', 'ab'],
  ['variation selectors', 'a\uFE0F\u{E0101}b', 'ab'],
  ['controls', 'a\u0000\u001b[31mb', 'a[31mb'],
];

const KEPT: [title: string, text: string][] = [
  ['prose', 'Please fix *this*, it is < 3 and > 1 & wrong.'],
  ['code blocks', '```html\n<Button kind="a" title="b"><!-- seen --></Button>\n```'],
  ['indented code', 'a\n\n    <Button kind="a"> &amp; <!-- seen -->\n\nb'],
  ['code spans', 'Turn `<Button kind="a">` into `` <b title="`"> `` and `Array<string>` now.'],
  ['code in lists and quotes', '- `<a b="c">`\n  ```\n  <a b="c">\n  ```\n> `&lt;`'],
  ['links and images', '[a](https://a.example/b?c=d) ![](a.png) <https://a.example>'],
  ['other writing', '修复 é ü ß עברית 👍 𝒳'],
];

describe('cleanUntrusted', () => {
  it.each(HIDDEN)('removes %s', (_title, text, cleaned) => {
    expect(cleanUntrusted(text)).toBe(cleaned);
  });

  it.each(KEPT)('keeps %s', (_title, text) => {
    expect(cleanUntrusted(text)).toBe(text);
  });

  it('removes invisible characters from code too', () => {
    expect(cleanUntrusted('`a\u200Bb`')).toBe('`ab`');
    expect(cleanUntrusted(`\`\`\`\n${tags('evil')}x\n\`\`\``)).toBe('```\nx\n```');
  });

  it('takes no fence inside a comment for code', () => {
    expect(cleanUntrusted('<!--\n```\nevil\n```\n-->')).toBe('');
    expect(cleanUntrusted('<!-- `evil` -->a')).toBe('a');
    expect(cleanUntrusted('<div hidden>\n\n```\nevil\n```\n\n</div>a')).toBe('a');
  });

  it('leaves no comment and changes nothing when it runs again, whatever the pieces', () => {
    const piece = fc.constantFrom(
      '<!--',
      '-->',
      '<!-',
      '->',
      '--!>',
      '&lt;',
      '&gt;',
      '&amp;',
      '<div hidden>',
      '</div>',
      '\u200B',
      '[//]: # (',
      ')',
      '\n',
      'evil',
      '![',
      '](',
      '"',
      '<',
      '>',
      '!',
      '-',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const cleaned = cleanUntrusted(pieces.join(''));
        expect(cleaned).not.toMatch(/<!--|\u200B|<div hidden/);
        expect(cleanUntrusted(cleaned)).toBe(cleaned);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['<!-', '<a "', "<a '", '[a]: b "', '![', '&lt;', '<div hidden>', '[x](y "', '```', '`a '])(
    'stays fast on a full body of %s',
    (piece) => {
      cleanUntrusted(piece.repeat(Math.floor(65_536 / piece.length)));
    },
    5_000,
  );
});
