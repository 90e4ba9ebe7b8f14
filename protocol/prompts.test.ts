import { describe, expect, it } from 'vitest';
import { promptBodySchema, renderPrompt } from './prompts.ts';

const template = promptBodySchema.parse({
  name: 'update',
  text: 'Update {{package}} to {{ version }}. Leave {{ Other }} and {x} alone.',
  variables: [{ name: 'package' }, { name: 'version', default: 'the newest' }],
});

describe('a template', () => {
  it('gets its values once: what a value holds is no variable', () => {
    expect(renderPrompt(template, { package: '{{version}} $& $1' })).toEqual({
      status: 'rendered',
      text: 'Update {{version}} $& $1 to the newest. Leave {{ Other }} and {x} alone.',
    });
  });

  it('names what is missing, unknown or too much', () => {
    expect(renderPrompt(template, { versoin: '2', constructor: 'x' })).toEqual({
      status: 'invalid',
      mistakes: [
        { path: 'variables.package', message: 'must be given' },
        { path: 'variables.versoin', message: 'is no variable of "update"' },
        { path: 'variables.constructor', message: 'is no variable of "update"' },
      ],
    });
    const long = renderPrompt(template, { package: 'x'.repeat(70_000) });
    expect(long).toMatchObject({ status: 'invalid', mistakes: [{ path: 'variables' }] });
  });

  it('declares each of its variables, once', () => {
    const variables = [{ name: 'a' }, { name: 'a' }];
    const parsed = promptBodySchema.safeParse({ name: 'x', text: '{{a}} {{b}}', variables });
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual(['variables.1.name', 'text']);
  });
});
