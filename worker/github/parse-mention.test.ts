import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './mention-corpus/commands.ts';
import { MENTIONS } from './mention-corpus/mentions.ts';
import { NO_MENTIONS } from './mention-corpus/no-mentions.ts';
import { OPTIONS } from './mention-corpus/options.ts';
import { parseMention } from './parse-mention.ts';

const CORPUS = [...MENTIONS, ...COMMANDS, ...OPTIONS, ...NO_MENTIONS];

describe('the mention corpus', () => {
  it.each(CORPUS.map((entry) => [entry.title, entry] as const))('%s', (_title, { body, expected }) => {
    expect(parseMention(body, 'signalbox')).toEqual(expected);
  });

  it('names every case once', () => {
    expect(new Set(CORPUS.map((entry) => entry.title)).size).toBe(CORPUS.length);
  });
});

describe('parseMention', () => {
  it('finds nothing in a quote, a fence or a comment, whatever else is written there', () => {
    const line = fc.string({ maxLength: 30 }).map((text) => text.replace(/[`~<>\r\n-]/g, ' '));
    fc.assert(
      fc.property(line, line, (before, after) => {
        const said = `${before} @signalbox ${after}`;
        for (const body of [`> ${said}`, `\`\`\`\n${said}\n\`\`\``, `<!-- ${said} -->`]) {
          expect(parseMention(body, 'signalbox').status).toBe('nothing');
        }
      }),
    );
  });

  it('knows no option by a name that every object has', () => {
    expect(parseMention('@signalbox --constructor x fix it', 'signalbox')).toEqual({
      status: 'invalid',
      problems: [expect.stringContaining('There is no option "--constructor"')],
    });
  });

  it('reads any text without throwing', () => {
    const part = fc.constantFrom(
      '@signalbox',
      '`',
      '```',
      '> ',
      '<!--',
      '-->',
      '**',
      '\n',
      ' ',
      '[',
      '](',
      '--model',
      '<div',
      '>',
      '~~',
      '\u0000',
      '👍',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        expect(['command', 'invalid', 'nothing']).toContain(parseMention(parts.join(''), 'signalbox').status);
      }),
    );
  });

  it('takes a bot name with a hyphen', () => {
    expect(parseMention('@my-bot stop', 'my-bot')).toMatchObject({ command: { type: 'stop' } });
    expect(parseMention('@my stop', 'my-bot').status).toBe('nothing');
  });
});
