import { describe, expect, it } from 'vitest';
import { pullSession, TREE } from './testing/make-requests.ts';
import { published, pushed, started, UP_TO_APPROVAL } from './testing/runner-events.ts';
import { OTHER_RUNNER, RUNNER, submitted, type TestSession } from './testing/test-session.ts';

const write = { access: 'write', epoch: 1, tree: TREE } as const;

async function approved(session: TestSession): Promise<void> {
  await session.hold('git_access');
  await (await session.open(1)).events(...UP_TO_APPROVAL);
  expect(await session.rpc.authorizeGit(1, RUNNER, write)).toMatchObject({ status: 'granted' });
}

const takenBack = { kind: 'end_git_access', taskNumber: 1, epoch: 1 };

describe('access to push', () => {
  it('is taken back when the job is over', async () => {
    const session = await submitted();
    await approved(session);
    const { branch } = await session.task();
    const again = await session.open(1);
    again.frame(UP_TO_APPROVAL.length + 1, [pushed(branch ?? ''), published(branch ?? '')], 1);
    await again.socket.next('ack');
    expect(await session.held('git_access')).toEqual([takenBack]);
  });

  it('is taken back when the lease is lost, and asked for in vain from then on', async () => {
    const session = await submitted();
    await approved(session);
    await session.rpc.jobLost(1, 1, 'No sign of life.');
    expect(await session.held('git_access')).toEqual([takenBack]);
    expect(await session.rpc.authorizeGit(1, RUNNER, write)).toMatchObject({
      status: 'refused',
      code: 'fenced',
    });
  });

  it('is taken back when another runner shows the next epoch before the loss was told', async () => {
    const session = await submitted();
    await approved(session);
    await session.open(2, OTHER_RUNNER);
    expect(await session.held('git_access')).toEqual([takenBack]);
    const next = { ...write, epoch: 2 };
    expect(await session.rpc.authorizeGit(1, OTHER_RUNNER, next)).toMatchObject({ status: 'refused' });
  });

  it('needs no taking back where it was never granted', async () => {
    const session = await submitted();
    await session.hold('git_access');
    await (await session.open(1)).events(started);
    await session.rpc.jobLost(1, 1, 'No sign of life.');
    expect(await session.held('git_access')).toEqual([]);
  });

  it("is to the repository that was asked in, never to a fork, and not to the fork's branch", async () => {
    const session = await submitted({ session: pullSession(true) });
    await approved(session);
    const granted = await session.rpc.authorizeGit(1, RUNNER, write);
    expect(granted).toMatchObject({
      status: 'granted',
      thread: { repository: { owner: 'acme', name: 'shop' } },
    });
    expect((await session.task()).branch).toMatch(/^signalbox\/pr-12-/);
  });
});
