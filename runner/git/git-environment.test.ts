import { expect, test } from 'vitest';
import { claudeGitEnvironment, gitEnvironment, secretsOf } from './git-environment.ts';

const HOST = {
  PATH: '/bin',
  HOME: '/home/ada',
  https_proxy: 'http://proxy:3128',
  GIT_DIR: '/somewhere/else',
  GIT_SSH_COMMAND: 'evil',
  GIT_TRACE_CURL: '1',
  SIGNALBOX_RUNNER_TOKEN: 'secret',
  ANTHROPIC_API_KEY: 'secret',
};

function settings(env: Record<string, string>): Map<string, string> {
  const count = Number(env.GIT_CONFIG_COUNT);
  return new Map(
    Array.from({ length: count }, (_, index) => [
      env[`GIT_CONFIG_KEY_${index}`] ?? '',
      env[`GIT_CONFIG_VALUE_${index}`] ?? '',
    ]),
  );
}

test('of the machine only what git needs is passed on', () => {
  const env = gitEnvironment(HOST, { kind: 'none' });
  expect(env.PATH).toBe('/bin');
  expect(env.https_proxy).toBe('http://proxy:3128');
  expect(env.HOME).toBe('/dev/null');
  for (const name of [
    'GIT_DIR',
    'GIT_SSH_COMMAND',
    'GIT_TRACE_CURL',
    'SIGNALBOX_RUNNER_TOKEN',
    'ANTHROPIC_API_KEY',
  ]) {
    expect(env).not.toHaveProperty(name);
  }
});

test('no transport is allowed but the one that the command needs', () => {
  const allowed = (env: Record<string, string>): string[] =>
    [...settings(env)]
      .filter(([key]) => key.startsWith('protocol.'))
      .map(([key, value]) => `${key}=${value}`);
  expect(allowed(gitEnvironment(HOST, { kind: 'none' }))).toEqual(['protocol.allow=never']);
  expect(
    allowed(gitEnvironment(HOST, { kind: 'http', url: 'https://github.com/a/b.git', token: null })),
  ).toEqual(['protocol.allow=never', 'protocol.https.allow=always']);
  expect(allowed(gitEnvironment(HOST, { kind: 'file' }))).toEqual([
    'protocol.allow=never',
    'protocol.file.allow=always',
  ]);
});

test('the token is a header for the one repository and nothing else', () => {
  const transport = { kind: 'http', url: 'https://github.com/a/b.git', token: 'T0KEN' } as const;
  const env = gitEnvironment(HOST, transport);
  const basic = Buffer.from('x-access-token:T0KEN').toString('base64');
  expect(settings(env).get('http.https://github.com/a/b.git.extraHeader')).toBe(
    `Authorization: Basic ${basic}`,
  );
  expect(Object.values(env).filter((value) => value.includes('T0KEN') || value.includes(basic))).toHaveLength(
    1,
  );
  expect(secretsOf(transport)).toEqual(['T0KEN', basic]);
});

test('hooks, file system monitors and credential helpers are off for the runner, hooks for Claude too', () => {
  const runner = settings(gitEnvironment(HOST, { kind: 'none' }));
  expect(runner.get('core.hooksPath')).toBe('/dev/null');
  expect(runner.get('core.fsmonitor')).toBe('false');
  expect(runner.get('credential.helper')).toBe('');
  expect(settings(claudeGitEnvironment({ name: 'Bot', email: 'bot@x' })).get('core.hooksPath')).toBe(
    '/dev/null',
  );
});
