import { describe, expect, it } from 'vitest';
import type { Job } from '../../protocol/job.ts';
import { makeJob } from '../testing/make-job.ts';
import { judgeFollowUp, judgeJob, judgePush } from './judge-job.ts';
import { OPEN_POLICY, type Policy, policySchema } from './policy.ts';

const policyOf = (input: unknown): Policy => policySchema.parse(input);
const GITHUB = 'https://github.com';
const job = (over: Partial<Job> = {}) => makeJob(GITHUB, 'Fix it', over);

function refusalOf(input: unknown, over: Partial<Job> = {}, server = GITHUB): string | null {
  const verdict = judgeJob(policyOf(input), makeJob(server, 'Fix it', over));
  return verdict.status === 'refused' ? verdict.message : null;
}

function repository(change: { owner?: string; name?: string; cloneUrl?: string }): Partial<Job> {
  const { workspace } = job();
  if (workspace.type !== 'github') throw new Error('The job is not on GitHub.');
  return { workspace: { ...workspace, repository: { ...workspace.repository, ...change } } };
}

it('changes nothing without a policy', () => {
  const asked = job({ options: { ...job().options, maxUsd: 500, maxMinutes: 1_440, model: 'anything' } });
  expect(judgeJob(OPEN_POLICY, asked)).toEqual({ status: 'accepted', job: asked, notes: [] });
});

it('refuses a task that ends by a command where the machine allows none', () => {
  const over = { options: { ...job().options, endCommand: 'npm test' } };
  expect(refusalOf({ tools: { deny: ['Bash'] } }, over)).toContain('allows no commands (Bash)');
  expect(refusalOf({ tools: { allow: ['Read'] } }, over)).toContain('allows no commands (Bash)');
  expect(refusalOf({}, over)).toBeNull();
});

describe('a job is refused', () => {
  it.each([
    ['another account', { accounts: ['github:42'] }, {}, 'serves the accounts github:42, not local'],
    ['the API', { apiJobs: false }, {}, 'not from the API'],
    ['another repository', { repositories: ['acme/web', 'octo/*'] }, {}, 'not acme/app'],
    ['another type of work', { workspaces: ['local'] }, {}, 'not github'],
    ['another branch', { branches: ['signalbox/*'] }, { branch: 'main' }, 'not main'],
    ['another host', { gitHosts: ['git.example.com'] }, {}, 'not on github.com'],
    ['a prompt that is too long', { maxPromptBytes: 5 }, {}, 'this one has 6'],
  ])('that is about %s', (_case, policy, over, why) => {
    expect(refusalOf(policy, over)).toContain(why);
    expect(refusalOf({}, over)).toBeNull();
  });

  it('that names an allowed repository and has git go elsewhere', () => {
    const policy = { repositories: ['acme/app'] };
    expect(refusalOf(policy)).toBeNull();
    const elsewhere = [
      'https://evil.example/acme/app.git',
      'https://github.com/evil/app.git',
      'https://github.com/acme/app.git/../../evil/app.git',
      'https://github.com/acme%2fapp/x',
      'http://github.com/acme/app.git',
    ];
    for (const cloneUrl of elsewhere)
      expect([cloneUrl, refusalOf(policy, repository({ cloneUrl }))]).not.toEqual([cloneUrl, null]);
    expect(
      refusalOf({ ...policy, gitHosts: ['git.acme.example'] }, {}, 'https://git.acme.example'),
    ).toBeNull();
  });

  it('that names a model which is not allowed or is denied', () => {
    const asking = (model: string) => ({ options: { ...job().options, model } });
    const policy = { models: { allow: ['sonnet', 'claude-*'], deny: ['claude-opus*'] } };
    expect(
      ['sonnet', 'claude-haiku', 'claude-opus-4', 'opus'].map((model) => refusalOf(policy, asking(model))),
    ).toEqual([null, null, expect.stringContaining('claude-opus-4'), expect.stringContaining('opus')]);
  });
});

it('is as strict about the repositories that lie beside the workspace', () => {
  const { workspace } = job();
  if (workspace.type !== 'github') throw new Error('The job is not on GitHub.');
  const { owner, name, cloneUrl } = {
    owner: 'acme',
    name: 'web',
    cloneUrl: 'https://github.com/acme/web.git',
  };
  const web = { ...workspace.repository, id: 8, owner, name, cloneUrl };
  const side = { repository: web, access: 'read' as const, base: 'main', branch: null };
  const policy = { repositories: ['acme/app'] };
  expect(refusalOf(policy, { repositories: [side] })).toContain('not acme/web');
  expect(refusalOf({ repositories: ['acme/*'] }, { repositories: [side] })).toBeNull();
  const written = { ...side, access: 'write' as const, branch: 'elsewhere' };
  const branches = { branches: [job().branch ?? ''] };
  expect(refusalOf(branches, { repositories: [written] })).toContain('not elsewhere');
});

describe('repositories', () => {
  it.each([
    ['acme/*', 'acme', 'app', true],
    ['ACME/App', 'acme', 'app', true],
    ['*/app', 'acme', 'app', true],
    ['acme/a*', 'acme', 'web', false],
    ['acme/app', 'acme', 'app-2', false],
    ['acme/a.p', 'acme', 'app', false],
    ['*/*', 'acme', 'app', true],
  ])('%s: %s/%s is allowed: %s', (glob, owner, name, allowed) => {
    const cloneUrl = `${GITHUB}/${owner}/${name}.git`;
    expect(refusalOf({ repositories: [glob] }, repository({ owner, name, cloneUrl })) === null).toBe(allowed);
  });
});

describe('limits', () => {
  it('lower what is asked for, and say so', () => {
    const policy = policyOf({ limits: { minutes: 5, usd: 2, turns: 30 }, models: { allow: ['sonnet'] } });
    const verdict = judgeJob(policy, job());
    expect(verdict).toMatchObject({
      status: 'accepted',
      job: { options: { maxMinutes: 5, maxUsd: 2, maxTurns: 30, model: 'sonnet' } },
      notes: [
        "This runner's policy limits this task to 5 minutes instead of 10.",
        "This runner's policy limits this task to 2 US dollars.",
        "This runner's policy limits this task to 30 turns.",
        "This runner's policy has this task use the model sonnet.",
      ],
    });
  });

  it('leave alone what asks for less', () => {
    const asked = job({ options: { ...job().options, maxMinutes: 1, maxUsd: 1, maxTurns: 1 } });
    const policy = policyOf({ limits: { minutes: 5, usd: 2, turns: 30 } });
    expect(judgeJob(policy, asked)).toEqual({ status: 'accepted', job: asked, notes: [] });
  });
});

describe('a push', () => {
  it('is refused where none is allowed, to another branch, and where its repository is not allowed any more', () => {
    const refusals = [{ pushes: false }, { branches: ['other/*'] }, { repositories: ['acme/web'] }].map(
      (policy) => judgePush(policyOf(policy), job(), 'signalbox/issue-1'),
    );
    expect(refusals).toEqual([
      expect.stringContaining('no pushes'),
      expect.stringContaining('not signalbox/issue-1'),
      expect.stringContaining('not acme/app'),
    ]);
    expect(judgePush(policyOf({ branches: ['signalbox/**'] }), job(), 'signalbox/a/b')).toBeNull();
  });

  it('is told of before the job begins, which may only read', () => {
    expect(judgeJob(policyOf({ pushes: false }), job())).toMatchObject({
      status: 'accepted',
      notes: [expect.stringContaining('no pushes')],
    });
  });
});

it('keeps messages from a running job where they are not allowed or too long', () => {
  expect(judgeFollowUp(OPEN_POLICY, 'mind the gap')).toBeNull();
  expect(judgeFollowUp(policyOf({ followUps: false }), 'mind the gap')).toContain('no messages');
  expect(judgeFollowUp(policyOf({ maxPromptBytes: 3 }), 'ümläut')).toContain('8');
});
