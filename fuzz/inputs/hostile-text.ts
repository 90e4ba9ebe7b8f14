import fc from 'fast-check';

/** What means something to one of our parsers, or has broken one somewhere. */
const TOKENS = [
  '@signalbox',
  '@Signalbox',
  '@signalbox-fan',
  ' --model ',
  ' --label ',
  ' --budget ',
  ' --minutes ',
  '--constructor x',
  '--__proto__ x',
  ' —model ',
  'stop',
  'retry',
  'approve',
  '`',
  '```',
  '~~~',
  '<!--',
  '-->',
  '<!-- signalbox:',
  '<![CDATA[',
  ']]>',
  '<?',
  '<',
  '>',
  '</',
  '<details>',
  '<script>',
  '</github_thread>',
  '＜/github_thread＞',
  '<a href="',
  '&lt;',
  '&#',
  '&#x0;',
  '&amp;',
  '[',
  ']',
  '](',
  '![',
  '[//]: # (',
  '(',
  ')',
  '"',
  "'",
  '\\',
  '*',
  '_',
  '**',
  '> ',
  '\n> ',
  '#1',
  'fixes #1',
  'GH-1',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '\0',
  '\u0000',
  '\u200b',
  '\u202e',
  '\ufeff',
  '\ud800',
  '\udc00',
  '𝒳',
  'é',
  '{',
  '}',
  '":',
  '{"type":"',
  '__proto__',
  'constructor',
  'null',
  '-1',
  '1e309',
  '9007199254740993',
  '../',
  '/',
  '//',
  '%00',
  '%2e%2e',
  'javascript:',
  'http://',
  ':100644 100644 ',
  ' M\0',
  '-\t-\t',
  '!\trefs/',
  '[remote rejected] (',
  'Bearer ',
  'sbr_',
  'sba_',
  'v1.',
  '.',
  ':',
  ';',
  ',',
  '=',
  'id: ',
  'data: ',
  'event: ',
  ' '.repeat(64),
] as const;

const token = fc.constantFrom<string>(...TOKENS);

/** Any UTF-16 code units, also those that are no text. */
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
  .map((units) => String.fromCharCode(...units));

/** Short tokens in great number: what makes a bad pattern or a recursion hang. */
const repeated = (maxChars: number) =>
  fc
    .tuple(
      fc.array(token, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: maxChars }),
      fc.string(),
    )
    .map(([parts, times, end]) => {
      const part = parts.join('');
      return `${part.repeat(Math.min(times, Math.ceil(maxChars / part.length))).slice(0, maxChars)}${end}`;
    });

/** GitHub's limit for a comment. */
const LONGEST = 65_536;

/** Text that somebody wrote to do harm. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc
      .array(fc.oneof(token, fc.string({ maxLength: 12 })), { maxLength: 40 })
      .map((all) => all.join('')),
  },
  { weight: 20, arbitrary: fc.string({ unit: 'binary', maxLength: 400 }) },
  { weight: 20, arbitrary: anyUnits },
  { weight: 10, arbitrary: repeated(3_000) },
  { weight: 1, arbitrary: repeated(LONGEST) },
);

type Change = { at: number; kind: 'cut' | 'insert' | 'remove' | 'repeat' | 'flip'; text: string };

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('cut', 'insert', 'remove', 'repeat', 'flip'),
  text: fc.oneof(token, fc.string({ maxLength: 5 })),
});

function applyChange(text: string, { at, kind, text: extra }: Change): string {
  const index = Math.floor(at * text.length);
  const head = text.slice(0, index);
  switch (kind) {
    case 'cut':
      return head;
    case 'insert':
      return head + extra + text.slice(index);
    case 'remove':
      return head + text.slice(index + 1 + extra.length);
    case 'repeat':
      return head + text.slice(Math.max(0, index - 50), index).repeat(3) + text.slice(index);
    case 'flip':
      return head + String.fromCharCode(text.charCodeAt(index) ^ 1 || 1) + text.slice(index + 1);
  }
}

/** Valid texts, torn, cut and stuffed. */
export function mutatedText(samples: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 6 }))
    .map(([text, changes]) => changes.reduce(applyChange, text));
}
