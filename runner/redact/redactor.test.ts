import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownValues } from './known-values.ts';
import { Redactor } from './redactor.ts';
import { anyValue, plainValue, SHAPED } from './testing/sample-secrets.ts';

/** A piece of a secret this long is worth something; less is what its kind always begins with, or a few letters. */
const TELLING_CHARS = 24;

const prose = fc
  .array(
    fc.constantFrom('the', 'value', 'is', 'const', 'x', '=', '{', '}', '\n', '"a"', '→', 'ok', '--', '1.5'),
    {
      maxLength: 30,
    },
  )
  .map((words) => words.join(' '));

/** What stands right before and after a secret. */
const edge = fc.constantFrom(
  '',
  ' ',
  '\n',
  '"',
  "'",
  '`',
  '=',
  ': ',
  '(',
  '\\n',
  '\\"',
  '\t',
  '\u001b[32m',
  '> ',
);

/** How tools show a text: as it is, in a diff, quoted, with line numbers, as JSON, indented. */
const SHOWN_AS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  diff: (text) => text.replaceAll('\n', '\n+'),
  quote: (text) => text.replaceAll('\n', '\n> '),
  numbered: (text) =>
    text
      .split('\n')
      .map((line, index) => `${index + 1}\t${line}`)
      .join('\n'),
  indented: (text) => text.replaceAll('\n', '\n        '),
  json: (text) => JSON.stringify({ text }),
  'json in json': (text) => JSON.stringify(JSON.stringify({ text })),
};

const shown = fc.constantFrom(...Object.keys(SHOWN_AS));

function splitAt(text: string, places: readonly number[]): string[] {
  const cuts = [...new Set(places.map((place) => Math.floor(place * text.length)))].sort((a, b) => a - b);
  return [...cuts, text.length].map((end, index) => text.slice(index === 0 ? 0 : cuts[index - 1], end));
}

/** Pieces of the secret that a reader of the output could use, whatever was put between its lines. */
function leaks(secret: string, output: string): string[] {
  const lines = secret.split('\n').filter((line) => !line.startsWith('-----'));
  return lines.flatMap((line) => {
    const found: string[] = [];
    for (let at = 0; at + TELLING_CHARS <= line.length; at += 1) {
      const piece = line.slice(at, at + TELLING_CHARS);
      if (output.includes(piece)) found.push(piece);
    }
    return found.slice(0, 1);
  });
}

const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 4 });

describe.each(Object.entries(SHAPED))('a secret with a shape: %s', (_kind, secret) => {
  it('shows nowhere, however a text is split and shown', () => {
    fc.assert(
      fc.property(
        prose,
        edge,
        secret,
        edge,
        prose,
        shown,
        places,
        (head, open, value, close, tail, how, cuts) => {
          const text = SHOWN_AS[how]?.(`${head} ${open}${value}${close} ${tail}`) ?? '';
          const redactor = new Redactor(new KnownValues());
          const output = splitAt(text, cuts).map((piece) => redactor.next('text', piece));
          expect(leaks(value, output.join(''))).toEqual([]);
          expect(leaks(value, redactor.text(text))).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is not shown in half by a cut at any place', () => {
    fc.assert(
      fc.property(prose, secret, fc.nat(), (head, value, place) => {
        const redactor = new Redactor(new KnownValues());
        const text = `${head} ${value}`;
        expect(leaks(value, redactor.text(text.slice(0, place % text.length)))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a secret that is known by its value', () => {
  it('shows nowhere, however a text is split and shown', () => {
    fc.assert(
      fc.property(prose, anyValue, prose, shown, places, (head, value, tail, how, cuts) => {
        const text = SHOWN_AS[how]?.(`${head} ${value} ${tail}`) ?? '';
        const redactor = new Redactor(new KnownValues([value]));
        const output = splitAt(text, cuts).map((piece) => redactor.next('text', piece));
        expect(leaks(value, output.join(''))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, (value: string) => string]>([
    ['base64', (value) => Buffer.from(value).toString('base64')],
    ['base64 of something around it', (value) => Buffer.from(`user:${value}\n`).toString('base64')],
    ['base64url', (value) => Buffer.from(`x${value}`).toString('base64url')],
    ['hex', (value) => Buffer.from(value).toString('hex')],
    ['URL encoding', encodeURIComponent],
    ['lines of 20 characters', (value) => value.replace(/.{20}/g, '$&\n')],
    ['JSON with lines of 20 characters', (value) => JSON.stringify(value.replace(/.{20}/g, '$&\n'))],
  ])('shows nowhere as %s', (_form, encode) => {
    fc.assert(
      fc.property(prose, plainValue, prose, (head, value, tail) => {
        const encoded = encode(value);
        const redactor = new Redactor(new KnownValues([value]));
        const output = redactor.text(`${head} ${encoded} ${tail}`);
        expect(leaks(encoded.replaceAll('\n', ''), output.replaceAll('\n', ''))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('is looked for no longer once it is worth nothing', () => {
    const known = new KnownValues(['a-token-that-lives-for-an-hour']);
    known.delete('a-token-that-lives-for-an-hour');
    expect(new Redactor(known).text('a-token-that-lives-for-an-hour')).toBe('a-token-that-lives-for-an-hour');
  });
});

it.each([
  'npm_config_user_agent is set, hf_hub_download and SG.min.js are names',
  'See https://github.com/acme/app/pull/12 and https://example.com/a?b=c',
  'commit 0123456789abcdef0123456789abcdef01234567, tree 89abcdef',
  'A key begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----.',
  'The words sk-learn, task-force and ghp_ say nothing.',
  'const token = process.env.GITHUB_TOKEN; // postgres://localhost/app',
  'eyJ',
  '',
])('leaves %j as it is', (text) => {
  expect(new Redactor(new KnownValues(['a secret of the runner'])).text(text)).toBe(text);
});

it('keeps what is around a secret, and the rest of an event', () => {
  const redactor = new Redactor(new KnownValues(['hunter2hunter2']));
  const output = { text: `a ghp_${'a1B2'.repeat(9)} b hunter2hunter2 c`, bytes: 70, cut: false };
  expect(
    redactor.event({
      type: 'claude.tool_result',
      toolUseId: 't',
      isError: false,
      output,
      durationMs: 1,
      parent: null,
    }),
  ).toEqual({
    type: 'claude.tool_result',
    toolUseId: 't',
    isError: false,
    output: { text: 'a [redacted] b [redacted] c', bytes: 70, cut: false },
    durationMs: 1,
    parent: null,
  });
});

it('does not obey a comment that would switch the rules off', () => {
  const redactor = new Redactor(new KnownValues());
  expect(redactor.text(`// secretlint-disable\nghp_${'a1B2'.repeat(9)}`)).toBe(
    '// secretlint-disable\n[redacted]',
  );
});
