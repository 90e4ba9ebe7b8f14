import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeClaude } from './probe-claude.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'signalbox-probe-'));
});
afterAll(() => rm(home, { recursive: true }));

function probe(env: Record<string, string>) {
  return probeClaude({ env: { PATH: process.env.PATH, HOME: home, ...env }, dataDir: home });
}

describe('probeClaude with the real CLI', () => {
  it('finds no login in an empty configuration', async () => {
    expect(await probe({})).toEqual({
      type: 'not_logged_in',
      executable: expect.stringMatching(/claude$/),
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });

  it.each([
    [{ ANTHROPIC_API_KEY: 'key' }, 'api_key (firstParty)'],
    [{ CLAUDE_CODE_OAUTH_TOKEN: 'token' }, 'oauth_token (firstParty)'],
  ])('finds the login of %j', async (env, login) => {
    expect(await probe(env)).toMatchObject({ type: 'ready', login });
  });

  it('says what is wrong with an executable that is not there', async () => {
    expect(await probe({ CLAUDE_CODE_PATH: '/nonexistent/claude' })).toEqual({
      type: 'not_installed',
      executable: '/nonexistent/claude',
      reason: expect.stringContaining('ENOENT'),
    });
  });

  it('does not take another program for Claude Code', async () => {
    expect(await probe({ CLAUDE_CODE_PATH: '/bin/true' })).toMatchObject({ type: 'not_installed' });
  });
});
