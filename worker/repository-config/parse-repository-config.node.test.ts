import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionsOfRepository, repositoryConfigSchema } from '../../protocol/repository-config.ts';
import { settleTaskOptions } from '../../protocol/task-options.ts';
import { parseRepositoryConfig } from './parse-repository-config.ts';

const mistakesOf = (text: string) => {
  const state = parseRepositoryConfig(text);
  return state.status === 'invalid' ? state.mistakes : [];
};

describe("a repository's file", () => {
  it('gives defaults of tasks, which a request goes before and an account behind', () => {
    const state = parseRepositoryConfig(
      [
        'model: opus',
        'limits:',
        '  minutes: 30',
        '  usd: 2.5',
        'labels: [gpu]',
        'approval: before_push',
        'authors: [Mona]',
      ].join('\n'),
    );
    expect(state).toMatchObject({ status: 'valid', config: { authors: ['mona'] } });
    const account = { maxTurns: 40, maxMinutes: 5 };
    expect(settleTaskOptions({ model: 'sonnet' }, optionsOfRepository(state), account)).toMatchObject({
      model: 'sonnet',
      maxMinutes: 30,
      maxTurns: 40,
      maxUsd: 2.5,
      labels: ['gpu'],
      approval: 'before_push',
    });
  });

  it.each(['', '# nothing yet\n', '---\n'])('may be empty: %j', (text) => {
    expect(parseRepositoryConfig(text)).toEqual({ status: 'valid', config: {} });
  });

  it('has every mistake named with its path and line', () => {
    const text = [
      '# How Signalbox works here',
      'modle: opus',
      'limits:',
      '  minutes: ten',
      '  hours: 1',
      'approval: sometimes',
      'authors:',
      '  - mona',
      '  - "dependabot[bot]"',
    ].join('\n');
    expect(mistakesOf(text).map(({ path, line, column }) => [path, line, column])).toEqual([
      ['modle', 2, 1],
      ['limits.minutes', 4, 12],
      ['limits.hours', 5, 3],
      ['approval', 6, 11],
      ['authors.1', 9, 5],
    ]);
    expect(mistakesOf(text)[0]?.message).toBe(
      `is no setting; there are ${Object.keys(repositoryConfigSchema.shape).join(', ')}`,
    );
  });

  it.each([
    ['a mistake of YAML', 'model: opus\nlabels: [gpu\n', 3],
    ['a setting that is there twice', 'model: opus\nmodel: sonnet\n', 2],
    ['a list instead of settings', '- model\n', 1],
    ['brackets without an end', '['.repeat(60_000), 1],
    ['aliases that grow', `a: &a [x,x,x,x,x,x,x,x,x]\n${'b: [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n'}`, 1],
    ['too much text', `# ${'x'.repeat(70_000)}`, 1],
  ])('with %s is invalid, and says where', (_what, text, line) => {
    expect(mistakesOf(text)[0]).toMatchObject({ line });
  });

  it('is judged whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc.string({ unit: fc.constantFrom(...'-:[]{}&*!|>%@`\'"#,? \nab1'), maxLength: 200 }),
          fc.json(),
        ),
        (text) => {
          const state = parseRepositoryConfig(text);
          if (state.status === 'invalid') expect(state.mistakes.length).toBeGreaterThan(0);
          for (const { line } of mistakesOf(text)) expect(line).toBeLessThanOrEqual(text.split('\n').length);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
