import { describe, expect, it } from 'vitest';
import { claudeEnvironment } from './claude-environment.ts';

const base = { passThrough: [], dataDir: '/data', processMark: 'mark-1' };

describe('claudeEnvironment', () => {
  it('lets through what programs, the network and the model need', () => {
    const from = {
      PATH: '/bin',
      HOME: '/home/a',
      LC_ALL: 'C',
      https_proxy: 'http://proxy',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      ANTHROPIC_API_KEY: 'key',
      CLAUDE_CODE_OAUTH_TOKEN: 'token',
      CLAUDE_CODE_USE_BEDROCK: '1',
    };
    expect(claudeEnvironment({ ...base, from })).toMatchObject(from);
  });

  it('keeps back everything else, whatever it is called', () => {
    const from = {
      GITHUB_TOKEN: 's',
      SIGNALBOX_RUNNER_TOKEN: 's',
      AWS_SECRET_ACCESS_KEY: 's',
      SSH_AUTH_SOCK: 's',
      NODE_OPTIONS: 's',
      GIT_ASKPASS: 's',
      CLAUDECODE: 's',
      CLAUDE_CODE_SESSION_ID: 's',
      npm_config_registry: 's',
      DATABASE_URL: 's',
    };
    expect(Object.values(claudeEnvironment({ ...base, from }))).not.toContain('s');
  });

  it('lets an operator add names, but not those that hold the keys of the runner or of GitHub', () => {
    const from = { AWS_PROFILE: 'a', GITHUB_TOKEN: 's', SIGNALBOX_X: 's', LD_PRELOAD: 's' };
    const env = claudeEnvironment({ ...base, from, passThrough: Object.keys(from) });
    expect([env.AWS_PROFILE, Object.values(env).includes('s')]).toEqual(['a', false]);
  });

  it('switches off updates and traffic that nobody asked for, and marks the process', () => {
    expect(claudeEnvironment({ ...base, from: { DISABLE_AUTOUPDATER: '0' } })).toMatchObject({
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
      SIGNALBOX_RUNNER_FOLDER: '/data',
      SIGNALBOX_CLAUDE_PROCESS: 'mark-1',
    });
  });

  it('turns the hooks of a repository off for the git that Claude runs', () => {
    expect(claudeEnvironment({ ...base, from: {} })).toMatchObject({
      GIT_CONFIG_KEY_0: 'core.hooksPath',
      GIT_CONFIG_VALUE_0: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
    });
  });

  it('lets an operator choose how often the CLI retries', () => {
    expect(claudeEnvironment({ ...base, from: {} }).CLAUDE_CODE_MAX_RETRIES).toBe('6');
    const from = { CLAUDE_CODE_MAX_RETRIES: '2' };
    expect(claudeEnvironment({ ...base, from }).CLAUDE_CODE_MAX_RETRIES).toBe('2');
  });
});
