import { describe, expect, it } from 'vitest';
import { promptSchema } from '../../protocol/prompts.ts';
import { applyTemplate } from './apply-template.ts';
import { parseMention } from './parse-mention.ts';

const UPDATE = promptSchema.parse({
  name: 'update',
  text: 'Update {{package}} to {{version}}.',
  variables: [{ name: 'package' }, { name: 'version', default: 'the newest' }],
  options: { maxUsd: 2 },
  id: '2c8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  createdAt: 1,
  createdBy: 'mona',
  updatedAt: 1,
  updatedBy: 'mona',
});

function commandOf(body: string) {
  const parsed = parseMention(body, 'signalbox');
  if (parsed.status !== 'command') throw new Error(JSON.stringify(parsed));
  return parsed.command;
}
const made = (body: string) => applyTemplate(commandOf(body), UPDATE);

describe('a mention with a template', () => {
  it.each([
    ['@signalbox --template update package=zod', 'Update zod to the newest.'],
    ['@signalbox --template=update package=zod version="4.1 or later"', 'Update zod to 4.1 or later.'],
    ['@signalbox —template update package=zod', 'Update zod to the newest.'],
    ['@signalbox --minutes 20 --template Update Package=zod --budget 2', 'Update zod to the newest.'],
    [
      '@signalbox --template update package=zod mind the lockfile',
      'Update zod to the newest.\n\nmind the lockfile',
    ],
    [
      '@signalbox mind the lockfile --template update package=zod',
      'Update zod to the newest.\n\nmind the lockfile',
    ],
    [
      '@signalbox --template update package=zod\n\nAnd the docs.',
      'Update zod to the newest.\n\nAnd the docs.',
    ],
    ['@signalbox --template update package="{{version}}"', 'Update {{version}} to the newest.'],
  ])('makes its request of it: %s', (body, text) => {
    expect(made(body)).toEqual({ status: 'ready', text, options: { maxUsd: 2 } });
  });

  it('names each mistake', () => {
    expect(made('@signalbox --template update package=zod pakage=x')).toEqual({
      status: 'wrong',
      problems: ['Template "update": "pakage" is no variable of "update".'],
    });
    expect(made('@signalbox --template update')).toEqual({
      status: 'wrong',
      problems: ['Template "update": "package" must be given.'],
    });
    expect(applyTemplate(commandOf('@signalbox --template gone'), null)).toEqual({
      status: 'wrong',
      problems: ['There is no template called "gone" in this account.'],
    });
  });

  it.each([
    ['@signalbox --template ../x fix it', '"--template ../x" names no template.'],
    ['@signalbox --template a --template b', 'A request has one template at most.'],
    ['@signalbox --template update stop', '"stop" takes no options.'],
    ['@signalbox --template', 'There is no option "--template". Possible are'],
  ])('is refused: %s', (body, problem) => {
    const parsed = parseMention(body, 'signalbox');
    expect(parsed.status).toBe('invalid');
    if (parsed.status === 'invalid') expect(parsed.problems.join('\n')).toContain(problem);
  });

  it('is none when it only speaks of one', () => {
    expect(commandOf('@signalbox add a --template flag to the tool').template).toBeUndefined();
    expect(commandOf('@signalbox document the --template option').template).toBeUndefined();
  });

  it('is no trap in a line that almost ends with one', () => {
    const line = `@signalbox x --template a ${'b="c" '.repeat(20_000)} end "`;
    expect(parseMention(line, 'signalbox')).toMatchObject({ status: 'command', command: { type: 'prompt' } });
  });
});
