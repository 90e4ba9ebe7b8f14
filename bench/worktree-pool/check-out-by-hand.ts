import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { baseEnvironment } from '../../local/stack/parts.ts';

const execute = promisify(execFile);

const DEADLINE_MS = 120_000;

/** The best that git can do alone on two cores; more workers only take turns. */
const PARALLEL = ['-c', 'checkout.workers=4', '-c', 'checkout.thresholdForParallelism=100'];

/** Ways in which others make a tree, each in ms. What they leave is removed, off the clock. */
export type ByHandCheckout = {
  /** `git worktree add` in a clone that has everything. */
  worktreeAdd(): Promise<number>;
  /** A new repository, the newest commit fetched, and checked out: what actions/checkout does, with no network. */
  freshCheckout(): Promise<number>;
  close(): Promise<void>;
};

export async function openByHandCheckout(sourceGitDir: string): Promise<ByHandCheckout> {
  const folder = await mkdtemp(join(tmpdir(), 'by-hand-'));
  const env = { ...baseEnvironment(), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = (cwd: string, ...args: string[]) => execute('git', args, { cwd, env, timeout: DEADLINE_MS });
  const clone = join(folder, 'clone');
  await git(folder, 'clone', '--quiet', '--no-checkout', sourceGitDir, clone);
  let count = 0;
  const timed = async (work: (target: string) => Promise<unknown>) => {
    count += 1;
    const target = join(folder, `tree-${count}`);
    const startedAtMs = performance.now();
    await work(target);
    const tookMs = performance.now() - startedAtMs;
    await rm(target, { recursive: true, force: true, maxRetries: 3 });
    await git(clone, 'worktree', 'prune');
    return tookMs;
  };
  return {
    worktreeAdd: () =>
      timed((target) => git(clone, ...PARALLEL, 'worktree', 'add', '--quiet', '-b', `work-${count}`, target)),
    freshCheckout: () =>
      timed(async (target) => {
        await mkdir(target);
        await git(target, 'init', '--quiet');
        await git(target, 'remote', 'add', 'origin', `file://${sourceGitDir}`);
        const refspec = '+refs/heads/main:refs/remotes/origin/main';
        await git(target, 'fetch', '--quiet', '--no-tags', '--depth=1', 'origin', refspec);
        await git(target, 'checkout', '--quiet', '--force', '-B', 'main', 'refs/remotes/origin/main');
      }),
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
