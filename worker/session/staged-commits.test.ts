import { describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { GitHubWrite, GitHubWriteResult } from '../github-write.ts';
import { issueSession, pullSession, requestOf, SHA, TREE } from './testing/make-requests.ts';
import { finished, UP_TO_APPROVAL } from './testing/runner-events.ts';
import { submitted, type TestSession } from './testing/test-session.ts';

type SignedWrite = Extract<GitHubWrite, { kind: 'signed_commits' }>;
const SIGNED = 'c'.repeat(40);

/** A task whose commits GitHub is to make, with its work approved. */
async function approved(session = issueSession()) {
  const made = await submitted({ session, request: requestOf('Mend it', { verifiedCommits: true }) });
  const runner = await made.open(1);
  await runner.events(...UP_TO_APPROVAL);
  const branch = (await made.task()).branch ?? '';
  const stage = (tree = TREE): RunnerEvent[] => [
    { type: 'commit.made', sha: SHA, tree, branch, draft: true },
    { type: 'push.staged', sha: SHA, tree, branch, ref: `refs/signalbox/staged/${session.id}/1`, commits: 1 },
  ];
  const end = finished({ type: 'published', branch, sha: SHA, tree: TREE, draft: true });
  return { session: made, runner, branch, stage, end };
}

const writesOf = async (session: TestSession): Promise<GitHubWrite[]> =>
  (await session.held('github')).flatMap((put) => (put.kind === 'github' ? [put.write] : []));
const signsOf = async (session: TestSession): Promise<SignedWrite[]> =>
  (await writesOf(session)).flatMap((write) => (write.kind === 'signed_commits' ? [write] : []));
const pullsOf = async (session: TestSession): Promise<GitHubWrite[]> =>
  (await writesOf(session)).filter(({ kind }) => kind === 'pull_request');

const done = (key: string, verified = true): GitHubWriteResult => ({
  key,
  kind: 'signed_commits',
  status: 'done',
  sha: SIGNED,
  verified,
  reason: verified ? 'valid' : 'unsigned',
});

describe('commits that GitHub makes', () => {
  it('are asked for once their content is on GitHub, and the pull request once they are on the branch', async () => {
    const { session, runner, branch, stage, end } = await approved();
    await runner.events(...stage());
    const [write, ...more] = await signsOf(session);
    expect(more).toEqual([]);
    expect(write).toMatchObject({ branch, staged: { sha: SHA, tree: TREE, commits: 1 } });
    await runner.events(end);
    expect(await session.task()).toMatchObject({ state: 'approved', commitSha: null });
    expect(await pullsOf(session)).toEqual([]);
    await session.rpc.githubWritten(done(write?.key ?? ''));
    expect(await session.task()).toMatchObject({ state: 'approved', commitSha: SIGNED });
    expect(await pullsOf(session)).toHaveLength(1);
    // Told once more after a restart: nothing happens twice.
    await session.rpc.githubWritten(done(write?.key ?? ''));
    expect((await session.eventTypes()).filter((type) => type === 'commits.signed')).toHaveLength(1);
  });

  it('end a task without a pull request of its own, whichever comes first', async () => {
    for (const order of ['end first', 'commit first']) {
      const { session, runner, stage, end } = await approved(pullSession(false));
      await runner.events(...stage());
      const [write] = await signsOf(session);
      const sign = () => session.rpc.githubWritten(done(write?.key ?? ''));
      if (order === 'commit first') await sign();
      await runner.events(end);
      if (order === 'end first') await sign();
      expect(await session.task()).toMatchObject({ state: 'completed', commitSha: SIGNED });
    }
  });

  it('may turn out not to be verified: the timeline says so, and the task goes on', async () => {
    const { session, runner, stage, end } = await approved();
    await runner.events(...stage(), end);
    const [write] = await signsOf(session);
    await session.rpc.githubWritten(done(write?.key ?? '', false));
    const socket = await session.view();
    const { events } = await socket.next('events');
    expect(events.find(({ event }) => event.type === 'commits.signed')?.event).toMatchObject({
      verified: false,
      reason: 'unsigned',
    });
    expect(await pullsOf(session)).toHaveLength(1);
  });

  it('are never made of what nobody approved', async () => {
    const { session, runner, stage } = await approved();
    await runner.events(...stage('d'.repeat(40)));
    expect(await signsOf(session)).toEqual([]);
    expect(await session.task()).toMatchObject({ state: 'failed', failure: { kind: 'policy' } });
  });

  it('fail the task when somebody else moved the branch, and say where the work is', async () => {
    const { session, runner, stage, end } = await approved();
    await runner.events(...stage(), end);
    const [write] = await signsOf(session);
    const message = 'GitHub answered 422: Update is not a fast forward';
    const parked = { kind: 'signed_commits', status: 'parked', message, remedy: 'Look.' } as const;
    await session.rpc.githubWritten({ key: write?.key ?? '', ...parked });
    const { state, failure } = await session.task();
    expect({ state, kind: failure?.kind }).toEqual({ state: 'failed', kind: 'push_rejected' });
    expect(failure?.message).toContain('refs/signalbox/staged/');
  });

  it('need no runner any more: one that is lost then is not replaced, and an eviction loses nothing', async () => {
    const { session, runner, stage } = await approved();
    await runner.events(...stage());
    const [write] = await signsOf(session);
    await session.evict();
    await session.rpc.jobLost(1, 1, 'The lease ran out.');
    expect(await session.task()).toMatchObject({ state: 'approved' });
    await session.rpc.githubWritten(done(write?.key ?? ''));
    expect(await session.task()).toMatchObject({ state: 'approved', commitSha: SIGNED });
    expect(await pullsOf(session)).toHaveLength(1);
  });

  it('are nothing that a runner can only say it laid down', async () => {
    const { session, runner, end } = await approved();
    await runner.events(end);
    expect(await session.task()).toMatchObject({ state: 'failed', commitSha: null });
    expect(await pullsOf(session)).toEqual([]);
  });
});
