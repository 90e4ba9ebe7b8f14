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
    'policy',
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
