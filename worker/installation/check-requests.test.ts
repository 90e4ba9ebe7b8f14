import { describe, expect, it } from 'vitest';
import type { AccountKey } from '../../protocol/ids.ts';
import { FakeGitHub } from './testing/fake-github.ts';
import { ended, sendWebhook } from './testing/send-webhook.ts';
import { examplePayload } from './testing/webhook-examples.ts';
import { commentsFrom } from './testing/write-comments.ts';

const github = new FakeGitHub().install();
const comment = commentsFrom(963_000);

/** The commit of the published examples. */
const HEAD = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821';

/** A task that was stopped, and webhooks about the checks of its repository. */
async function stoppedTask() {
  const { payload, repo, installationId, account, session, delivery } = comment('@signalbox fix the typo');
  await sendWebhook(delivery, 'issue_comment', payload);
  const { taskId } = await ended(account, delivery);
  await session.endTask(null, 'stop', 'mona', null);
  const send = async (event: string, action: string, patch: Record<string, unknown> = {}) => {
    const id = crypto.randomUUID();
    const sender = { login: 'mona', id: 5, type: 'User' };
    const place = { repository: payload.repository, installation: { id: installationId } };
    await sendWebhook(id, event, examplePayload(event, action, { sender, ...patch, ...place }));
    return ended(account as AccountKey, id);
  };
  const states = async () => (await session.snapshot())?.tasks.map(({ number, state }) => [number, state]);
  return { repo, taskId, send, states };
}

const AGAIN = [
  [1, 'stopped'],
  [2, 'pending'],
];

describe('a check run of a task that did not end well', () => {
  it.each([
    ['rerequested', {}],
    ['requested_action', { requested_action: { identifier: 'retry' } }],
  ])('has the task done anew when GitHub sends check_run.%s, once', async (action, patch) => {
    const { taskId, send, states } = await stoppedTask();
    const press = { check_run: { external_id: `check:${taskId}` }, ...patch };
    const first = await send('check_run', action, press);
    expect(first).toMatchObject({ status: 'done', taskId: expect.stringMatching(/\.2$/) });
    expect(await send('check_run', action, press)).toMatchObject({ status: 'done', taskId: first.taskId });
    expect(await states()).toEqual(AGAIN);
  });

  it('has the task done anew when all our checks of its commit are asked for again', async () => {
    const { repo, taskId, send, states } = await stoppedTask();
    const run = { repo, name: 'Signalbox', head_sha: HEAD, status: 'completed', conclusion: 'cancelled' };
    github.checkRuns.push({ id: 1, external_id: `check:${taskId}`, ...run });
    github.checkRuns.push({ id: 2, external_id: 'settings:1', ...run, name: 'Signalbox settings' });
    const end = await send('check_suite', 'rerequested');
    expect(end).toMatchObject({ status: 'done', taskId: expect.stringMatching(/\.2$/) });
    expect(await states()).toEqual(AGAIN);
  });

  it('asks for nothing where the commit has none of a task', async () => {
    const { send, states } = await stoppedTask();
    expect(await send('check_suite', 'rerequested')).toMatchObject({
      status: 'ignored',
      reason: 'no task has a check on the commit',
    });
    expect(await states()).toEqual([[1, 'stopped']]);
  });

  it.each(['rerequested', 'requested_action'])('starts nothing for who may not push: %s', async (action) => {
    const { repo, taskId, send, states } = await stoppedTask();
    github.permissions.set(repo, 'read');
    const press = {
      check_run: { external_id: `check:${taskId}` },
      requested_action: { identifier: 'retry' },
    };
    const sender = { login: 'passer-by', id: 6, type: 'User' };
    expect(await send('check_run', action, { ...press, sender })).toMatchObject({
      status: 'ignored',
      reason: '@passer-by has no write access (read)',
    });
    expect(await states()).toEqual([[1, 'stopped']]);
  });
});

describe('checks that have ended', () => {
  it('on a branch of nobody are noted without their payload', async () => {
    const { send } = await stoppedTask();
    expect(await send('check_suite', 'completed')).toMatchObject({
      status: 'ignored',
      reason: 'the checks are on no branch of ours',
      attempts: 0,
    });
  });

  it('on a branch that only looks like ours start nothing', async () => {
    const { send, states } = await stoppedTask();
    const check_suite = { head_branch: 'signalbox/1-something-else', conclusion: 'failure' };
    expect(await send('check_suite', 'completed', { check_suite })).toMatchObject({
      status: 'ignored',
      reason: 'the branch is of no session',
    });
    expect(await states()).toEqual([[1, 'stopped']]);
  });
});
