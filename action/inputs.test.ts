import { describe, expect, it } from 'vitest';
import { readManifest } from '../doubles/actions/run-action.ts';
import { INPUT_NAMES, type InputName, readInputs } from './inputs.ts';

const { inputs: declared, outputs, runs } = await readManifest();
const DEFAULTS = Object.fromEntries(
  Object.entries(declared).map(([name, { default: value = '' }]) => [name, value]),
);

const read = (given: Partial<Record<InputName, string>>) =>
  readInputs((name) => given[name] ?? DEFAULTS[name] ?? '');

const mistakesOf = (given: Partial<Record<InputName, string>>) => {
  const result = read(given);
  return result.status === 'mistaken' ? result.mistakes : [];
};

const LEAST = { url: 'https://signalbox.example/', prompt: 'Do it' };

describe('action.yml', () => {
  it('declares exactly the inputs that are read', () => {
    expect(Object.keys(declared)).toEqual([...INPUT_NAMES]);
    expect(runs).toMatchObject({
      using: 'node24',
      main: 'action/bundle/main.js',
      post: 'action/bundle/main.js',
    });
    expect(Object.keys(outputs)).toContain('pr-url');
  });
});

describe('inputs', () => {
  it('have defaults that fit: wait for the end, half an hour for a person, a runner of the account', () => {
    expect(read(LEAST)).toEqual({
      status: 'read',
      inputs: {
        url: 'https://signalbox.example',
        key: null,
        request: { prompt: 'Do it' },
        session: null,
        name: null,
        repository: null,
        ref: null,
        options: {},
        wait: true,
        waitForPersonMs: 1_800_000,
        failOn: new Set([
          'rejected',
          'failed',
          'cancelled',
          'stopped',
          'exhausted',
          'waiting_input',
          'paused',
          'qa_failed',
        ]),
        runner: { type: 'self-hosted' },
      },
    });
  });

  it('become the options of the task', () => {
    const result = read({
      ...LEAST,
      model: 'opus',
      budget: '2.5',
      'max-minutes': '20',
      'max-turns': '30',
      labels: 'gpu, linux',
      approval: 'before_push',
      mode: 'automation',
      'end-when': 'All tests pass.',
      'end-command': 'npm test',
    });
    expect(result.status === 'read' && result.inputs.options).toEqual({
      model: 'opus',
      maxUsd: 2.5,
      maxMinutes: 20,
      maxTurns: 30,
      labels: ['gpu', 'linux'],
      approval: 'before_push',
      mode: 'automation',
      endWhen: 'All tests pass.',
      endCommand: 'npm test',
    });
  });

  it('take a template with its variables', () => {
    const result = read({
      url: LEAST.url,
      template: 'update',
      'template-variables': 'package=zod\nversion = a=b\n',
    });
    expect(result.status === 'read' && result.inputs.request).toEqual({
      template: { name: 'update', variables: { package: 'zod', version: ' a=b' } },
    });
  });

  it.each<[Partial<Record<InputName, string>>, RegExp]>([
    [{ url: '' }, /"url" is missing/],
    [{ url: 'https://me:pw@signalbox.example' }, /password/],
    [{ key: 'ghp_x' }, /"key" is no API key/],
    [{ prompt: '' }, /either "prompt" or "template"/],
    [{ template: 'update' }, /either "prompt" or "template"/],
    [{ 'template-variables': 'a=b' }, /belong to a template/],
    [{ budget: '-1' }, /"budget" must be a number/],
    [{ budget: '0' }, /"budget"/],
    [{ approval: 'maybe' }, /"approval"/],
    [{ labels: 'GPU!' }, /"labels"/],
    [{ wait: 'yes' }, /"wait" must be true or false/],
    [{ 'fail-on': 'none, failed' }, /"fail-on" must be "none", or some of/],
    [{ session: 'mine' }, /"session"/],
    [{ session: '0f5c2a8e-7d34-4b1a-8c55-3e9a4f0d2b61', ref: 'main' }, /stays where it began/],
    [{ 'claude-path': '/bin/claude' }, /for "runner: job" only/],
    [{ runner: 'job', wait: 'false' }, /the runner ends with the job/],
    [{ runner: 'job', key: 'sbk_a' }, /can't be used with "runner: job"/],
    [{ runner: 'cloud' }, /must be self-hosted or job/],
  ])('that are not right are named with what to do: %j', (given, said) => {
    const mistakes = mistakesOf({ ...LEAST, ...given });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(said);
  });
});
