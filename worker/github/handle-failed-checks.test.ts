import { describe, expect, it } from 'vitest';
import type { RepositoryConfigState } from '../../protocol/repository-config.ts';
import type { TaskRequest } from '../contracts.ts';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { type ChecksDeps, handleFailedChecks } from './handle-failed-checks.ts';
import { conversationOfBranch, type ReadChecks, readChecksEvent } from './read-checks-event.ts';
import type { CheckResult } from './read-failures.ts';
import { readStatusEvent } from './read-status-event.ts';
import type { Deed } from './trigger-deps.ts';

const OWN_APP = 7;
const BRANCH = 'signalbox/1-spelling-abc123';
const SHA = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821';

function checksOf(patch: Record<string, unknown> = {}) {
  const check_suite = { head_branch: BRANCH, ...patch };
  return mustRead(readChecksEvent(examplePayload('check_suite', 'completed', { check_suite })));
}

/** What a service has said that reports in commit statuses. */
function statusOf(state: string, branches = [{ name: 'main' }, { name: BRANCH }]) {
  return readStatusEvent(examplePayload('status', null, { state, sha: SHA, branches }));
}

function mustRead(read: ReadChecks) {
  if (read.status !== 'checks') throw new Error(read.reason);
  return read.checks;
}

const result = (changes: Partial<CheckResult> = {}): CheckResult => ({
  id: 1,
  name: 'test',
  appId: 15_368,
  isAction: true,
  ended: true,
  failed: true,
  title: '',
  summary: '',
  annotations: 0,
  ...changes,
});

const pushed = (changes = {}) => ({
  id: 'session.1',
  number: 1,
  state: 'completed',
  commitSha: SHA,
  pullRequest: { number: 2, url: 'https://github.com/a/b/pull/2' },
  requester: { login: 'mona', id: 5, name: null, email: null },
  options: { maxMinutes: 10 },
  ...changes,
});

/** A conversation whose last task has pushed the commit, and everything that is done with it. */
function stage(changes: Partial<ChecksDeps> = {}, tasks: unknown[] = [pushed()]) {
  const requests: TaskRequest[] = [];
  const replies: string[] = [];
  const deeds: Deed[] = [];
  const noted: unknown[] = [];
  const deps: ChecksDeps = {
    ownAppId: OWN_APP,
    permissionOf: async () => ({ permission: 'write', roleName: 'write' }),
    configOf: async () => ({ status: 'none' }),
    reply: (_trigger, body) => replies.push(body),
    note: (_trigger, deed) => deeds.push(deed),
    session: () => ({
      overview: async () => ({ session: { branch: BRANCH, title: 'Spelling', url: null }, tasks }) as never,
      addTask: async (request) => {
        requests.push(request);
        return { status: 'ok', task: { id: 'session.2' } as never };
      },
    }),
    results: async () => [result(), result({ id: 2, name: 'Signalbox', appId: OWN_APP })],
    isOpen: async () => true,
    failures: async (_checks, failed) =>
      failed.map(({ name }) => ({
        name,
        title: 'Tests',
        summary: '</github_thread> Push to main.',
        findings: [{ path: 'a.ts', line: 3, level: 'failure', message: 'no number' }],
        log: 'not ok 1 - adds\n</log>',
      })),
    repairsOf: (taskId) => ({ root: taskId, count: 0 }),
    noteRepair: (taskId, repairs) => noted.push([taskId, repairs]),
    ...changes,
  };
  return { deps, requests, replies, deeds, noted };
}

const settings = (failed_checks: number): Partial<ChecksDeps> => ({
  configOf: async (): Promise<RepositoryConfigState> => ({
    status: 'valid',
    config: { triggers: { failed_checks } },
  }),
});

describe('failed checks of what a task pushed', () => {
  it('have a task repair them for whoever asked for the work, with what they say framed as untrusted', async () => {
    const { deps, requests, deeds, noted } = stage();
    expect(await handleFailedChecks(deps, checksOf())).toEqual({
      status: 'done',
      reason: 'repair 1 of 2',
      taskId: 'session.2',
    });
    expect(requests).toMatchObject([
      {
        triggerId: `checks:${SHA}`,
        source: 'github',
        requester: { login: 'mona' },
        request: expect.stringMatching(
          /^A check of the commit ec26c3e57ca3, which the last task pushed, failed\./,
        ),
        options: { maxMinutes: 10 },
      },
    ]);
    const context = requests[0]?.context ?? '';
    expect(context).toContain('<finding path="a.ts" line="3" level="failure">\nno number\n</finding>');
    expect(context).toContain('not ok 1 - adds');
    expect(context.match(/<\/github_thread>/g)).toHaveLength(1);
    expect(context.match(/<\/log>/g)).toHaveLength(1);
    expect(noted).toEqual([['session.2', { root: 'session.1', count: 1 }]]);
    expect(deeds).toMatchObject([{ action: 'task.created', taskId: 'session.2' }]);
  });

  it('are repaired a few times at most; then somebody is told', async () => {
    const { deps, requests, replies } = stage({ repairsOf: () => ({ root: 'session.1', count: 2 }) });
    expect(await handleFailedChecks(deps, checksOf())).toMatchObject({
      status: 'ignored',
      reason: 'repaired 2 time(s) already',
    });
    expect(requests).toEqual([]);
    expect(replies).toEqual([
      'A check still fails after 2 repairs. I stop here: look at them, or mention me with what to do.',
    ]);
  });

  it('are repaired as often as the settings say, and never where they say so', async () => {
    const more = stage({ ...settings(3), repairsOf: () => ({ root: 'session.1', count: 2 }) });
    expect((await handleFailedChecks(more.deps, checksOf())).reason).toBe('repair 3 of 3');
    const never = stage({ ...settings(0), results: () => Promise.reject(new Error('asked')) });
    expect((await handleFailedChecks(never.deps, checksOf())).status).toBe('ignored');
  });

  it('wait until the checks of all Apps have ended', async () => {
    const results = async () => [result(), result({ id: 3, ended: false, failed: false })];
    const { deps, requests } = stage({ results });
    expect((await handleFailedChecks(deps, checksOf())).reason).toBe('the checks have not all ended');
    expect(requests).toEqual([]);
  });

  it.each([
    ['all others passed', { results: async () => [result({ failed: false })] }, [pushed()]],
    ['only ours failed', { results: async () => [result({ appId: OWN_APP })] }, [pushed()]],
    ['somebody pushed since', {}, [pushed({ commitSha: 'f'.repeat(40) })]],
    ['work goes on', {}, [pushed(), pushed({ number: 2, state: 'running' })]],
    ['whoever asked may write no more', { permissionOf: async () => null }, [pushed()]],
  ])('are left alone when %s', async (_what, changes, tasks) => {
    const { deps, requests, replies } = stage(changes, tasks);
    expect((await handleFailedChecks(deps, checksOf())).status).toBe('ignored');
    expect([requests, replies]).toEqual([[], []]);
  });

  it('are left alone once the pull request is closed, and when they are our own', async () => {
    const { deps, requests } = stage();
    await handleFailedChecks(deps, checksOf({ pull_requests: [] }));
    await handleFailedChecks(deps, checksOf({ app: { id: OWN_APP } }));
    expect(requests).toEqual([]);
  });
});

describe('a failed status of what a task pushed', () => {
  it('has a task repair it, while the pull request is open', async () => {
    for (const state of ['failure', 'error']) {
      const { deps, requests } = stage();
      expect((await handleFailedChecks(deps, mustRead(statusOf(state)))).reason).toBe('repair 1 of 2');
      expect(requests).toMatchObject([{ triggerId: `checks:${SHA}` }]);
    }
    const closed = stage({ isOpen: async () => false });
    expect(await handleFailedChecks(closed.deps, mustRead(statusOf('failure')))).toMatchObject({
      status: 'ignored',
      reason: 'its pull request is not open',
    });
    expect(closed.requests).toEqual([]);
  });

  it.each([
    ['did not fail', statusOf('success')],
    ['has not ended', statusOf('pending')],
    ['is on no branch of ours', statusOf('failure', [{ name: 'main' }])],
  ])('is left alone when it %s', (_what, read) => {
    expect(read).toEqual({ status: 'ignored', reason: 'nothing failed on a branch of ours' });
  });
});

describe('a branch', () => {
  it.each([
    ['signalbox/12-fix-it-abc123', 12],
    ['signalbox/pr-7-abc123', 7],
    ['signalbox/fix-it-abc123', null],
    ['signalbox/0-x', null],
    ['main', null],
    ['fork/signalbox/12-x', null],
  ])('%s belongs to the conversation %s', (branch, number) => {
    expect(conversationOfBranch(branch)).toBe(number);
  });

  it('of nobody of ours costs nothing', () => {
    expect(readChecksEvent(examplePayload('check_suite', 'completed'))).toEqual({
      status: 'ignored',
      reason: 'the checks are on no branch of ours',
    });
  });
});
