import fc from 'fast-check';
import { render } from 'preact';
import { afterEach, expect, it } from 'vitest';
import { renderMarkdown } from './render-markdown.tsx';

const host = document.createElement('div');
afterEach(() => render(null, host));

function show(text: string): HTMLElement {
  render(<div>{renderMarkdown(text)}</div>, host);
  return host;
}

it('renders what people and Claude write: lists, tables, quotes, code, and lines as they end', () => {
  show(
    '# Head\n\none\ntwo\n\n3. three\n4. four\n\n> quoted\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n~~gone~~ ***both***',
  );
  expect(host.querySelector('.heading.h1')?.textContent).toBe('Head');
  expect(host.querySelector('br')).not.toBeNull();
  expect(host.querySelector('ol')?.getAttribute('start')).toBe('3');
  expect(host.querySelector('blockquote')?.textContent).toBe('quoted');
  expect([...host.querySelectorAll('td')].map((cell) => [cell.textContent, cell.className])).toEqual([
    ['1', ''],
    ['2', 'to-right'],
  ]);
  expect(host.querySelector('s')?.textContent).toBe('gone');
  expect(host.querySelector('em strong')?.textContent).toBe('both');
});

it('links addresses that are written out, and no names of files', () => {
  show('See https://example.com/a, main.rs and greet.py, or mail mona@example.com');
  expect([...host.querySelectorAll('a')].map(({ href }) => href)).toEqual(['https://example.com/a']);
});

it.each([
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:x) <javascript:alert(1)>',
  '[x][r]\n\n[r]: javascript:alert(1)',
  '![x](javascript:alert(1))',
  '[x](/api/sessions) [y](//evil.test) [z](#event-1)',
  '[x](mailto:mona@example.com)',
])('makes no link of %s', (text) => {
  expect(show(text).querySelector('a')).toBeNull();
});

const ALLOWED = 'div,span,p,a,strong,em,s,code,pre,br,hr,ul,ol,li,blockquote,table,thead,tbody,tr,th,td';

const PIECES = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '![i](https://evil.test/i.png)',
  '<https://example.com>',
  '```html\n',
  '| a | b |\n|---|---|\n',
  '- ',
  '> ',
  '# ',
  '**',
  '_',
  '`',
  '\n',
  '&lt;svg onload=alert(1)&gt;',
  '\\<',
  'words',
];

it('makes of any text only harmless elements, whose only addresses are of the web', () => {
  fc.assert(
    fc.property(
      fc
        .array(fc.oneof(fc.constantFrom(...PIECES), fc.string()), { maxLength: 30 })
        .map((parts) => parts.join('')),
      (text) => {
        show(text);
        const made = [...host.querySelectorAll('*')];
        expect(made.filter((element) => !element.matches(ALLOWED))).toEqual([]);
        const attributes = made.flatMap((element) => element.getAttributeNames());
        expect(
          attributes.filter((name) => name.startsWith('on') || name === 'src' || name === 'style'),
        ).toEqual([]);
        for (const { protocol } of host.querySelectorAll('a')) expect(protocol).toMatch(/^https?:$/);
      },
    ),
    { numRuns: 200 },
  );
});
