import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunnerEvent } from '../../../protocol/events.ts';
import { writeFiles } from '../../git/testing/make-repository.ts';
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
async function setUp(change: Record<string, string>) {
  const story: string[] = [];
  const secrets = new Set<string>();
  const job = makeJob(fixture.server.url, 'Do it');
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
    emit: (event: RunnerEvent) => story.push(event.type),
  } as unknown as JobContext;
  const afterwards: Promise<void>[] = [];
  const publish = () =>
    publishWork(context, { workspace, filled, conversation: null }, tree ?? '', (rest) =>
      afterwards.push(rest),
    );
  return { story, secrets, publish, settle: () => Promise.all(afterwards) };
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
