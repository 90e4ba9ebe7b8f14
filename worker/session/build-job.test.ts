import { describe, expect, it } from 'vitest';
import { jobSchema } from '../../protocol/job.ts';
import type { NewSession } from '../contracts.ts';
import { buildFleetJob } from './build-job.ts';
import { newSessionRecord, newTaskRecord } from './session-record.ts';
import { issueSession, pullSession, requestOf, THREAD } from './testing/make-requests.ts';

const CONTEXT = {
  publicUrl: 'https://signalbox.test',
  botName: 'signalbox',
  priorCostUsd: 1.5,
  previousAttempt: null,
  discard: null,
};
const ID = 'abcdef12-6f0a-4c0e-9d53-0b8f7a3b1c7e';

function jobOf(session: NewSession, request: string, number = 1) {
  const record = newSessionRecord(session, 1_000);
  const task = newTaskRecord(record, number, requestOf(request), 'request', ['m1'], 1_000);
  return buildFleetJob(record, { ...task, enqueuedAt: 1_500 }, CONTEXT);
}

describe('buildFleetJob', () => {
  it('makes a job that the protocol accepts, and names one lock a session', () => {
    const fleetJob = jobOf(issueSession({ id: ID }), 'Please fix the login page soon.');
    expect(jobSchema.parse(fleetJob.job)).toEqual(fleetJob.job);
    expect(fleetJob).toMatchObject({ taskId: `${ID}.1`, lockKey: `session:${ID}`, enqueuedAt: 1_500 });
    expect(fleetJob.job).toMatchObject({
      priorCostUsd: 1.5,
      commit: {
        author: { name: 'signalbox[bot]', email: 'signalbox[bot]@users.noreply.github.com' },
        coAuthor: { login: 'mona', email: '1+mona@users.noreply.github.com' },
        body: `Requested by mona in ${THREAD.url}\nSession: https://signalbox.test/sessions/${ID}`,
      },
    });
  });

  it("takes the issue's title for its first commit and the request for later ones", () => {
    const subject = (request: string, number: number) =>
      jobOf(issueSession(), request, number).job.commit.subject;
    expect(subject('Please fix the login page soon.', 1)).toBe('Fix the login page');
    expect(subject('Now also fix the logout page.\nThanks', 2)).toBe('Now also fix the logout page.');
    expect(subject('again', 2)).toBe('Fix the login page');
    expect([...subject(`- ${'long words '.repeat(20)}`, 2)].length).toBeLessThanOrEqual(72);
    expect(subject('--amend everything there is', 2)).toBe('amend everything there is');
  });

  it("lets an issue's title close and notify nothing by way of the commit", () => {
    const session = issueSession({ title: 'Fixes #1 and acme/shop#2 for @acme/team' });
    expect(jobOf(session, 'fix this').job.commit.subject).toBe(
      'Fixes #\u200b1 and acme/shop#\u200b2 for @\u200bacme/team',
    );
  });

  it('names a branch that is stable, readable and valid', () => {
    const branch = (change: Partial<NewSession>) =>
      jobOf(issueSession({ id: ID, ...change }), 'x').job.branch;
    expect(branch({})).toBe('signalbox/12-fix-the-login-page-abcdef');
    expect(branch({ title: 'Prüfung: é!' })).toBe('signalbox/12-prufung-e-abcdef');
    expect(branch({ title: '修复' })).toBe('signalbox/12-task-abcdef');
    expect(branch({ title: `${'very '.repeat(30)}` })).toMatch(/^signalbox\/12-very(-very){1,8}-abcdef$/);
    expect(branch({ thread: null })).toBe('signalbox/fix-the-login-page-abcdef');
    expect(branch({ workspace: { type: 'local', path: '/srv' } })).toBeNull();
    expect(jobOf(pullSession(false), 'x').job.branch).toBe('feature');
    expect(jobOf({ ...pullSession(true), id: ID }, 'x').job.branch).toBe('signalbox/pr-12-abcdef');
  });

  it("says in the commit what the options' template says, and nothing that GitHub would act on", () => {
    const record = newSessionRecord(issueSession({ id: ID }), 1_000);
    const template = 'feat: {subject}\n\n{request}\nAsked by {requester} ({nothing}).';
    const request = requestOf('Mend the login page, closes #5');
    const options = { ...request.options, commitMessage: template };
    const task = newTaskRecord(record, 1, { ...request, options }, 'request', ['m1'], 1_000);
    const { subject, body } = buildFleetJob(record, task, CONTEXT).job.commit;
    expect(subject).toMatch(/^feat: /);
    expect(body).toContain(`closes #\u200b5\nAsked by ${request.requester.login} ({nothing}).`);
  });
});
