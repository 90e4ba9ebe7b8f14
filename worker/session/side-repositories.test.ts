import { describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { SideRepository } from '../../protocol/workspace.ts';
import type { NewSession } from '../contracts.ts';
import type { GitHubWrite } from '../github-write.ts';
import { issueSession, pullSession, SHA, THREAD, TREE } from './testing/make-requests.ts';
import {
  captured,
  finished,
  gatesFinished,
  gatesStarted,
  published,
  pushed,
  started,
} from './testing/runner-events.ts';
import { RUNNER, submitted, type TestSession } from './testing/test-session.ts';

const side = (name: string, id: number, access: 'read' | 'write'): SideRepository => ({
  repository: { ...THREAD.repository, id, name, htmlUrl: `https://github.test/acme/${name}` },
  access,
  base: 'main',
  branch: null,
});
const repositories = [side('web', 8, 'write'), side('design', 9, 'read')];
const WEB = { repositoryId: 8, repository: 'acme/web' };
const NAME = 'c'.repeat(40);

const webCaptured: RunnerEvent = { ...captured, ...WEB, type: 'repository.captured', tree: TREE };
const allCaptured: RunnerEvent = {
  ...captured,
  tree: NAME,
  trees: [
    { repositoryId: 7, tree: TREE },
    { repositoryId: 8, tree: TREE },
  ],
};
const webPushed = (branch: string): RunnerEvent => ({
  type: 'repository.pushed',
  ...WEB,
  sha: SHA,
  tree: TREE,
  branch,
});
const ready = [started, webCaptured, allCaptured, gatesStarted, gatesFinished(true)];

/** A session with other repositories whose work was shown. */
async function shown(change: Partial<NewSession> = {}) {
  const session = await submitted({ session: issueSession({ repositories, ...change }) });
  const runner = await session.open(1);
  await runner.events(...ready);
  return { session, runner, branch: (await session.task()).branch ?? '' };
}

const pulls = async (session: TestSession): Promise<Extract<GitHubWrite, { kind: 'pull_request' }>[]> =>
  (await session.held('github')).flatMap((put) =>
    put.kind === 'github' && put.write.kind === 'pull_request' ? [put.write] : [],
  );

const write = (repositoryId?: number) => ({
  ...{ access: 'write' as const, epoch: 1, tree: NAME },
  ...(repositoryId === undefined ? {} : { repositoryId }),
});

describe('other repositories of a task', () => {
  it('are in its view, those that are written to with the branch of the session', async () => {
    const { session, branch } = await shown();
    expect((await session.task()).repositories).toMatchObject([
      { id: 8, repository: 'acme/web', access: 'write', branch, changes: { files: 1 }, commitSha: null },
      { id: 9, repository: 'acme/design', access: 'read', branch: null, changes: null },
    ]);
    expect((await session.snapshot()).session.repositories?.map((one) => one.branch)).toEqual([branch, null]);
  });

  it('are never on the branch of a pull request that the session is about', async () => {
    const session = await submitted({ session: { ...pullSession(false), repositories } });
    const { branch, repositories: views } = await session.task();
    expect(branch).toBe('feature');
    expect(views?.[0]?.branch).toMatch(/^signalbox\//);
  });

  it('are pushed to with a token of their own, for what was approved of all of them, and never where they are only read', async () => {
    const { session } = await shown();
    expect(await session.rpc.authorizeGit(1, RUNNER, write(8))).toMatchObject({
      status: 'granted',
      repository: { id: 8, name: 'web' },
    });
    expect(await session.rpc.authorizeGit(1, RUNNER, write(9))).toMatchObject({ status: 'refused' });
    expect(await session.rpc.authorizeGit(1, RUNNER, write(10))).toMatchObject({ status: 'refused' });
    expect(await session.rpc.authorizeGit(1, RUNNER, { ...write(8), tree: TREE })).toMatchObject({
      status: 'refused',
    });
    const read = { access: 'read' as const, epoch: 1, repositoryId: 9 };
    expect(await session.rpc.authorizeGit(1, RUNNER, read)).toMatchObject({ repository: { id: 9 } });
  });

  it('get a pull request each; the task is done when all are open, and then each names the others', async () => {
    const { session, runner, branch } = await shown();
    await runner.events(webPushed(branch), pushed(branch), published(branch));
    const opened = await pulls(session);
    expect(opened.map(({ key, thread, head }) => [key.split(':')[2], thread.repository.name, head])).toEqual([
      [undefined, 'shop', branch],
      ['8', 'web', branch],
    ]);
    expect(opened.map(({ body }) => /Closes #12|For acme\/shop#12/.exec(body)?.[0])).toEqual([
      'Closes #12',
      'For acme/shop#12',
    ]);
    const done = { kind: 'pull_request', status: 'done', existed: false } as const;
    const url = 'https://github.test/pull';
    await session.rpc.githubWritten({ key: opened[0]?.key ?? '', ...done, number: 20, url });
    expect(await session.task()).toMatchObject({ state: 'approved', pullRequest: { number: 20 } });
    await session.rpc.githubWritten({ key: opened[1]?.key ?? '', ...done, number: 3, url });
    expect(await session.task()).toMatchObject({
      state: 'completed',
      repositories: [{ pullRequest: { number: 3 } }, {}],
    });
    const links = (await pulls(session)).filter(({ number }) => number !== undefined);
    expect(links.map(({ number, body }) => [number, /together with (.*)\./.exec(body)?.[1]])).toEqual([
      [20, 'acme/web#3'],
      [3, 'acme/shop#20'],
    ]);
  });

  it('are enough: a task that changed nothing in its own repository has no pull request there', async () => {
    const { session, runner, branch } = await shown();
    const outcome = { type: 'published', branch, sha: SHA, tree: TREE, sidesOnly: true } as const;
    await runner.events(webPushed(branch), finished(outcome));
    expect((await pulls(session)).map(({ thread }) => thread.repository.name)).toEqual(['web']);
    const [only] = await pulls(session);
    const result = { key: only?.key ?? '', kind: 'pull_request', status: 'done', existed: false } as const;
    await session.rpc.githubWritten({ ...result, number: 3, url: 'https://github.test/pull/3' });
    expect(await session.task()).toMatchObject({ state: 'completed', commitSha: null, pullRequest: null });
  });

  it('fail the task by name when GitHub refuses the pull request of one', async () => {
    const { session, runner, branch } = await shown();
    await runner.events(webPushed(branch), pushed(branch), published(branch));
    const [, web] = await pulls(session);
    const parked = { kind: 'pull_request', status: 'parked', message: 'No.', remedy: 'Allow it.' } as const;
    await session.rpc.githubWritten({ key: web?.key ?? '', ...parked });
    const { state, failure } = await session.task();
    expect(state).toBe('failed');
    expect(failure?.message).toContain('in acme/web');
  });

  it('get a pull request also where the session has no thread on GitHub, as its own repository does', async () => {
    const { session, runner, branch } = await shown({ thread: null, installationId: 5 });
    await runner.events(webPushed(branch), pushed(branch), published(branch));
    expect(
      (await pulls(session)).map(({ thread }) => [thread.installationId, thread.repository.name]),
    ).toEqual([
      [5, 'shop'],
      [5, 'web'],
    ]);
  });
});
