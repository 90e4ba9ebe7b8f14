import { describe, expect, it } from 'vitest';
import type { Inputs } from './inputs.ts';
import { planStart } from './plan-start.ts';
import { readRun, type WorkflowRun } from './workflow-run.ts';

const SHA = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const ENV = {
  GITHUB_REPOSITORY: 'octo/app',
  GITHUB_REF: 'refs/heads/feature/x',
  GITHUB_SHA: SHA,
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_JOB: 'work',
  GITHUB_ACTION: '__run',
};

function run(env: Record<string, string> = {}, payload: unknown = null): WorkflowRun {
  const result = readRun({ ...ENV, ...env }, payload);
  if (result.status === 'mistaken') throw new Error(result.mistakes.join());
  return result.run;
}

describe('where work begins', () => {
  it('is the commit of the workflow on its branch', () => {
    expect(run().ref).toEqual({ kind: 'branch', base: 'feature/x', commit: SHA });
  });

  it('is the pull request that the workflow runs for, one of a fork told apart', () => {
    const side = (full_name: string, ref: string, sha: string) => ({ ref, sha, repo: { full_name } });
    const payload = (head: string) => ({
      pull_request: { number: 9, head: side(head, 'feature', SHA), base: side('octo/app', 'main', OTHER) },
    });
    const env = { GITHUB_REF: 'refs/pull/9/merge' };
    const pull = {
      kind: 'pull',
      number: 9,
      headRef: 'feature',
      headSha: SHA,
      baseRef: 'main',
      baseSha: OTHER,
    };
    expect(run(env, payload('octo/app')).ref).toEqual({ ...pull, fork: false });
    expect(run(env, payload('eve/app')).ref).toEqual({ ...pull, fork: true });
  });

  it('is the commit itself, beside the default branch, for a tag and a merge group', () => {
    const repository = { default_branch: 'main' };
    expect(run({ GITHUB_REF: 'refs/tags/v1' }, { repository }).ref).toEqual({
      kind: 'branch',
      base: 'main',
      commit: SHA,
    });
    const merge_group = { base_ref: 'refs/heads/release' };
    const ref = 'refs/heads/gh-readonly-queue/release/pr-1';
    expect(run({ GITHUB_REF: ref }, { merge_group }).ref).toMatchObject({ base: 'release' });
    expect(run({ GITHUB_REF: 'refs/tags/v1' }).ref).toBeNull();
  });

  it('is what "ref" names, or the default branch of another repository', () => {
    const inputs: Inputs = {
      url: 'https://signalbox.example',
      key: null,
      request: { prompt: 'Do it' },
      session: null,
      name: null,
      repository: null,
      ref: null,
      options: { labels: ['gpu'] },
      wait: true,
      waitForPersonMs: 0,
      failOn: new Set(),
      runner: { type: 'self-hosted' },
    };
    const bodyOf = (more: Partial<Inputs>) => {
      const plan = planStart({ ...inputs, ...more }, run({}, { repository: { default_branch: 'main' } }), [
        'job-1',
      ]);
      return plan.status === 'planned' ? plan.start.body : plan.mistakes;
    };
    expect(bodyOf({ ref: 'release' })).toMatchObject({
      repository: 'octo/app',
      ref: { kind: 'branch', base: 'release' },
      options: { labels: ['gpu', 'job-1'] },
      source: 'action',
    });
    expect(bodyOf({ ref: OTHER })).toMatchObject({ ref: { kind: 'branch', base: 'main', commit: OTHER } });
    expect(bodyOf({ repository: 'octo/web' })).not.toHaveProperty('ref');
    expect(bodyOf({ ref: '-x' })).toEqual([expect.stringContaining('"-x" is neither')]);
  });
});

describe('the key of a step', () => {
  it('is the same for each try and another one for each job, step and attempt', () => {
    const steps: Record<string, string>[] = [
      {},
      { GITHUB_RUN_ATTEMPT: '2' },
      { GITHUB_JOB: 'other' },
      { GITHUB_ACTION: '__run_2' },
      { GITHUB_RUN_ID: '78' },
      { RUNNER_TRACKING_ID: 'github_of-another-leg-of-the-matrix' },
    ];
    const keys = steps.map((env) => run(env).stepKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(run().stepKey).toBe(keys[0]);
    expect(keys[0]).toMatch(/^action-[0-9a-f]{64}$/);
  });

  it('can not be made outside of a workflow', () => {
    expect(readRun({}, null)).toMatchObject({ status: 'mistaken' });
  });
});
