import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { issueSession, pullSession, requestOf, SHA, TREE } from './testing/make-requests.ts';
import {
  captured,
  finished,
  gatesFinished,
  gatesStarted,
  published,
  pushed,
  started,
  text,
  turnEnded,
  UP_TO_APPROVAL,
} from './testing/runner-events.ts';
import { RUNNER, submitted, TestSession } from './testing/test-session.ts';

describe('a task from its request to its pull request', () => {
  it('goes through every state and ends with the pull request', async () => {
    const session = await submitted();
    expect((await session.task()).state).toBe('pending');
    const runner = await session.open();
    expect(await session.task()).toMatchObject({ state: 'pre_flight', epoch: 1, runnerId: RUNNER });
    await runner.events(started);
    expect((await session.task()).state).toBe('running');
    await runner.events(turnEnded, captured);
    expect((await session.task()).state).toBe('waiting_qa');
    await runner.events(gatesStarted);
    expect((await session.task()).state).toBe('qa_running');
    await runner.events(gatesFinished(true));
    expect((await session.task()).state).toBe('approved');
    const { command } = await runner.socket.next('command');
    expect(command).toEqual({ id: 1, command: { type: 'publish', tree: TREE } });

    const { branch } = await session.task();
    await runner.events({ type: 'command.taken', commandId: 1 }, pushed(branch ?? ''));
    await runner.events(published(branch ?? ''));
    expect(await runner.socket.closed()).toBe(4411);
    expect((await session.task()).state).toBe('approved');

    const key = `pull:${session.id}.1`;
    const url = 'https://github.test/acme/shop/pull/13';
    await session.rpc.githubWritten({
      key,
      kind: 'pull_request',
      status: 'done',
      number: 13,
      url,
      existed: false,
    });
    expect(await session.task()).toMatchObject({
      state: 'completed',
      pullRequest: { number: 13, url },
      commitSha: SHA,
      summary: 'I fixed it.',
      usage: { costUsd: 0.05, inputTokens: 100 },
    });
    expect((await session.snapshot()).session).toMatchObject({ status: 'idle', claudeSessionId: 'claude-1' });
  });

  it('asks for one pull request that names session, requester and issue', async () => {
    const session = await submitted();
    const runner = await session.open();
    const { branch } = await session.task();
    await runner.events(...UP_TO_APPROVAL, pushed(branch ?? ''), published(branch ?? ''));
    const pulls = (await session.held('github')).flatMap((write) =>
      write.kind === 'github' && write.write.kind === 'pull_request' ? [write.write] : [],
    );
    expect(pulls).toHaveLength(1);
    expect(pulls[0]).toMatchObject({ head: branch, base: 'main', title: 'Fix the login page' });
    expect(pulls[0]?.body).toContain('Closes #12');
    expect(pulls[0]?.body).toContain('@mona');
    expect(pulls[0]?.body).toContain(`/sessions/${session.id}`);
  });

  it("completes without a pull request when the work goes to a pull request's own branch", async () => {
    const session = await submitted({ session: pullSession(false) });
    const runner = await session.open();
    expect((await session.task()).branch).toBe('feature');
    await runner.events(...UP_TO_APPROVAL, pushed('feature'), published('feature'));
    expect(await session.task()).toMatchObject({ state: 'completed', pullRequest: null, commitSha: SHA });
  });

  it('completes from waiting_qa when Claude changed nothing', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(
      started,
      turnEnded,
      { ...captured, changed: false, files: [] },
      finished({ type: 'unchanged' }),
    );
    expect((await session.task()).state).toBe('completed');
  });

  it('never waits for a job that ended in a way that does not fit', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, captured, gatesFinished(false), finished({ type: 'unchanged' }));
    expect(await session.task()).toMatchObject({ state: 'failed', failure: { kind: 'internal' } });
  });

  it('keeps what failed and what to do about it', async () => {
    const session = await submitted();
    const runner = await session.open();
    const failure = {
      kind: 'not_logged_in',
      message: 'Not logged in.',
      remedy: 'Run claude.',
      retryAt: null,
    } as const;
    await runner.events(finished({ type: 'failed', failure, rescueRef: 'refs/rescue/1' }));
    expect(await session.task()).toMatchObject({ state: 'failed', failure, rescueRef: 'refs/rescue/1' });
    expect(await session.eventTypes()).toContain('task.failed');
  });

  it('stores events that come after the end, and moves nothing', async () => {
    const session = await submitted();
    const runner = await session.open();
    await session.rpc.endTask(1, 'cancel', 'mona', null);
    await session.ringDeadline('task:1');
    expect((await session.task()).state).toBe('cancelled');
    const before = (await session.eventTypes()).length;
    await runner.events(started, text('still here'), captured);
    expect((await session.task()).state).toBe('cancelled');
    expect((await session.eventTypes()).length).toBe(before + 3);
  });
});

describe('approval before the push', () => {
  it('waits for a person and sends no publish command', async () => {
    const session = await submitted({ request: requestOf('Do it', { approval: 'before_push' }) });
    const runner = await session.open();
    await runner.events(...UP_TO_APPROVAL);
    expect((await session.task()).state).toBe('waiting_approval');
    expect((await session.snapshot()).session.status).toBe('waiting');
    const write = { access: 'write', epoch: 1, tree: TREE } as const;
    expect(await session.rpc.authorizeGit(1, RUNNER, write)).toMatchObject({ status: 'refused' });
  });
});

describe('git access', () => {
  it('may read while it holds the lease, and write only the approved tree', async () => {
    const session = await submitted();
    const runner = await session.open();
    const write = (tree: string) => session.rpc.authorizeGit(1, RUNNER, { access: 'write', epoch: 1, tree });
    expect(await session.rpc.authorizeGit(1, RUNNER, { access: 'read', epoch: 1 })).toMatchObject({
      status: 'granted',
      account: 'local',
    });
    expect(await write(TREE)).toMatchObject({ status: 'refused', code: 'not_allowed' });
    await runner.events(...UP_TO_APPROVAL);
    expect(await write(TREE)).toMatchObject({ status: 'granted' });
    expect(await write('c'.repeat(40))).toMatchObject({ status: 'refused', code: 'not_allowed' });
  });

  it('is refused to an epoch or a runner that does not hold the task', async () => {
    const session = await submitted();
    await session.open(2);
    const read = (epoch: number, runner: string) =>
      session.rpc.authorizeGit(1, runner, { access: 'read', epoch });
    expect(await read(1, RUNNER)).toMatchObject({ status: 'refused', code: 'fenced' });
    expect(await read(2, '7b6f0c52-6f0a-4c0e-9d53-0b8f7a3b1c7e')).toMatchObject({ code: 'fenced' });
    expect(await read(2, RUNNER)).toMatchObject({ status: 'granted' });
  });
});

it('a new object writes nothing before its first call, and has what that call stored after an eviction', async () => {
  const session = issueSession();
  const test = new TestSession(session);
  const tables = () =>
    runInDurableObject(test.rpc, (_object, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '!_cf!_%' ESCAPE '!'").toArray(),
    );
  expect(await tables()).toEqual([]);
  await test.rpc.create(session);
  expect((await tables()).length).toBeGreaterThan(0);
  await test.evict();
  expect((await test.snapshot()).session).toMatchObject({ id: session.id, title: session.title });
});
