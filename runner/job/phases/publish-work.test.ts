import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunnerEvent } from '../../../protocol/events.ts';
import type { TaskOptions } from '../../../protocol/task-options.ts';
import { git, writeFiles } from '../../git/testing/make-repository.ts';
import { OPEN_POLICY } from '../../policy/policy.ts';
import { makeJob } from '../../testing/make-job.ts';
import { type Fixture, startFixture, succeeds, TOKEN } from '../../workspace/testing/start-fixture.ts';
import type { JobContext } from '../job-context.ts';
import { publishWork } from './publish-work.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.close());

/** A job whose work is approved, and a control plane that grants each token it is asked for. */
async function setUp(change: Record<string, string>, options: Partial<TaskOptions> = {}) {
  const story: string[] = [];
  const secrets = new Set<string>();
  const told: RunnerEvent[] = [];
  const made = makeJob(fixture.server.url, 'Do it');
  const job = { ...made, options: { ...made.options, ...options } };
  const { workspace, filled } = await fixture.open(fixture.spec());
  writeFiles(workspace.path, change);
  const { tree } = succeeds(await workspace.capture());
  const api = {
    controlUrl: 'http://control.invalid',
    taskId: job.taskId,
    ticket: () => 'ticket',
    renewTicket: async () => {},
    random: () => 0,
    fetch: async (url: string | URL | Request): Promise<Response> => {
      story.push(String(url).split('/').at(-1) ?? '');
      return Response.json({ token: TOKEN, expiresAt: null });
    },
  };
  const context = {
    api,
    job,
    epoch: 1,
    policy: OPEN_POLICY,
    recall: { commit: null },
    secrets,
    log: pino({ level: 'silent' }),
    emit: (event: RunnerEvent) => {
      story.push(event.type);
      told.push(event);
    },
  } as unknown as JobContext;
  const afterwards: Promise<void>[] = [];
  const publish = () =>
    publishWork(context, { workspace, filled, conversation: null }, tree ?? '', (rest) =>
      afterwards.push(rest),
    );
  return { story, told, secrets, tree, publish, settle: () => Promise.all(afterwards) };
}

it('asks for the token while the commit is made, and gives it back after the push', async () => {
  const { story, secrets, publish, settle } = await setUp({ 'src/a.txt': 'b\n' });
  expect(await publish()).toMatchObject({ type: 'published', branch: 'signalbox/issue-1' });
  await settle();
  expect(story).toEqual(['git-token', 'commit.made', 'push.done', 'revoke-git-token']);
  expect([...secrets]).toEqual([TOKEN]);
});

it('gives a token back that was granted for nothing', async () => {
  const { story, publish, settle } = await setUp({});
  expect(await publish()).toEqual({ type: 'unchanged' });
  await settle();
  expect(story).toEqual(['git-token', 'revoke-git-token']);
});

it('lays commits beside the branch where GitHub is to make those that count', async () => {
  const { story, told, tree, publish, settle } = await setUp(
    { 'src/a.txt': 'b\n' },
    { verifiedCommits: true },
  );
  expect(await publish()).toMatchObject({ type: 'published', tree, draft: true });
  await settle();
  expect(story).toEqual(['git-token', 'commit.made', 'push.staged', 'revoke-git-token']);
  expect(told[0]).toMatchObject({ tree, draft: true });
  const staged = told[1]?.type === 'push.staged' ? told[1] : null;
  expect(staged).toMatchObject({ tree, branch: 'signalbox/issue-1', commits: 1 });
  const { bare } = fixture.origin;
  expect(git(bare, 'rev-parse', `${staged?.ref}^{tree}`)).toBe(tree);
  expect(git(bare, 'for-each-ref', 'refs/heads/signalbox')).toBe('');
});
