import { expect, it } from 'vitest';
import type { Job } from '../../protocol/job.ts';
import { OPEN_POLICY } from '../policy/policy.ts';
import { makeJob } from '../testing/make-job.ts';
import type { RunnerState } from './judge-assignment.ts';
import { judgeAssignment } from './judge-assignment.ts';

const STATE: RunnerState = {
  isDraining: false,
  running: 0,
  capacity: 2,
  folders: ['/srv/projects'],
  policy: OPEN_POLICY,
  overBound: null,
  hasFolder: false,
};
const jobIn = (workspace: Job['workspace']) => makeJob('https://github.com', 'Do it', { workspace });
const local = (path: string) => jobIn({ type: 'local', path });
const verdictOf = (job: Job, state: Partial<RunnerState> = {}) => {
  const verdict = judgeAssignment(job, { ...STATE, ...state });
  return verdict.status === 'accepted' ? 'accepted' : verdict.reason;
};

it('works only in folders that were named, and below them', () => {
  const paths = [
    '/srv/projects',
    '/srv/projects/app',
    '/srv/projects/..app',
    '/srv/projects-2',
    '/srv',
    '/etc',
  ];
  expect(paths.map((path) => verdictOf(local(path)))).toEqual([
    'accepted',
    'accepted',
    'accepted',
    'policy',
    'policy',
    'policy',
  ]);
});

it('takes nothing while it shuts down or is full', () => {
  const job = local('/srv/projects');
  expect(verdictOf(job, { isDraining: true })).toBe('draining');
  expect(verdictOf(job, { running: 2 })).toBe('full');
});

it('takes nothing new while work that is nowhere else fills the disk, but goes on with what it has', () => {
  const overBound = {
    lookedAt: 0,
    maxBytes: 20e9,
    worktrees: 9,
    worktreeBytes: 21e9,
    mirrorBytes: 0,
    heldBackCount: 9,
    heldBackBytes: 21e9,
    heldBack: [],
  };
  const job = makeJob('https://github.com', 'Do it');
  const declined = judgeAssignment(job, { ...STATE, overBound });
  expect(declined).toMatchObject({ status: 'declined', reason: 'policy' });
  expect(JSON.stringify(declined)).toContain('20.0 GB');
  expect(verdictOf(job, { overBound, hasFolder: true })).toBe('accepted');
});
