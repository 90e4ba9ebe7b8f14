import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { installationOf } from '../http/durable-objects.ts';
import { eventually } from '../testing/eventually.ts';
import { FakeGitHub } from './testing/fake-github.ts';
import { ended, sendWebhook } from './testing/send-webhook.ts';
import { commentsFrom } from './testing/write-comments.ts';

const github = new FakeGitHub().install();
const comment = commentsFrom(964_000);

/** An issue with a task that waits for a runner, in which comments follow each other. */
async function conversation() {
  const { payload, repo, account, session } = comment('');
  let lastComment = 600_000_000;
  /** A right that GitHub has confirmed counts for a while: who has another one is somebody else. */
  const say = async (body: string, login = 'Codertocat') => {
    lastComment += 1;
    const delivery = crypto.randomUUID();
    const user = { login, id: 7, type: 'User' };
    const written = { ...Object(payload.comment), id: lastComment, body, user };
    await sendWebhook(delivery, 'issue_comment', { ...payload, comment: written });
    return ended(account, delivery);
  };
  await say('@signalbox fix the typo');
  return {
    repo,
    say,
    tasks: async () => (await session.snapshot())?.tasks ?? [],
    events: async () => JSON.stringify((await session.eventsAfter(0, 100))?.events),
    waitingAnswers: () =>
      runInDurableObject(installationOf(env, account), (_instance, state) =>
        state.storage.sql.exec("SELECT key FROM outbox WHERE key LIKE 'reply:%'").toArray(),
      ),
    /** Waits for an answer that holds this. */
    answered: (text: string) =>
      eventually(() =>
        expect(
          github.callsTo(`POST /repos/Codertocat/${repo}/issues/1/comments`).map(({ body }) => body.body),
        ).toContainEqual(expect.stringContaining(text)),
      ),
  };
}

describe('a command in a comment', () => {
  it('`stop` ends the task, for the reason that is said', async () => {
    const { say, tasks, events } = await conversation();
    expect((await say('@signalbox stop: it is the wrong issue')).status).toBe('done');
    expect(await tasks()).toMatchObject([{ number: 1, state: 'stopped' }]);
    expect(await events()).toContain('it is the wrong issue');
  });

  it('`retry` does the last task anew, with the options that are said', async () => {
    const { say, tasks } = await conversation();
    await say('@signalbox stop');
    expect((await say('@signalbox retry --model opus --budget 2.50')).status).toBe('done');
    expect(await tasks()).toMatchObject([
      { number: 1, state: 'stopped', options: { model: null } },
      { number: 2, state: 'pending', request: 'fix the typo', options: { model: 'opus', maxUsd: 2.5 } },
    ]);
  });

  it('`resume` goes on with the same task, with the options that are said', async () => {
    const { say, tasks } = await conversation();
    await say('@signalbox stop');
    expect((await say('@signalbox resume --budget 5')).status).toBe('done');
    expect(await tasks()).toMatchObject([{ number: 1, state: 'pending', options: { maxUsd: 5 } }]);
  });

  it.each(['approve', 'reject it is not what we want', 'rework and mind the tests'])(
    '`%s` is answered where nothing waits for it',
    async (command) => {
      const { say, tasks, answered } = await conversation();
      expect(await say(`@signalbox ${command}`)).toMatchObject({
        status: 'ignored',
        reason: 'refused: Task 1 is pending; it does not wait for this answer.',
      });
      await answered('Only work that waits for approval is approved or rejected.');
      expect(await tasks()).toMatchObject([{ state: 'pending' }]);
    },
  );

  it.each(['done', 'retry checks', 'retry checks: mend the lint'])(
    '`%s` is refused where nothing waits for it',
    async (command) => {
      const { say, tasks } = await conversation();
      expect(await say(`@signalbox ${command}`)).toMatchObject({
        status: 'ignored',
        reason: expect.stringMatching(/^refused: /),
      });
      expect(await tasks()).toMatchObject([{ state: 'pending' }]);
    },
  );

  it('`override checks` is for admins of the repository', async () => {
    const { repo, say, answered } = await conversation();
    await say('@signalbox override checks they are flaky');
    await answered('Only an admin of the repository lets work pass whose checks failed.');
    github.permissions.set(repo, 'admin');
    const { reason } = await say('@signalbox override checks they are flaky', 'octo-admin');
    expect(reason).toMatch(/^refused: (?!Only an admin)/);
  });

  it('`status` says how the last task stands', async () => {
    const { say, answered } = await conversation();
    expect(await say('@signalbox status')).toMatchObject({
      status: 'done',
      reason: 'answered with the status',
    });
    await answered('Task 1 is **pending**.');
  });

  it('`help` lists the commands, and what is allowed here', async () => {
    const { say, answered } = await conversation();
    expect(await say('@signalbox help')).toMatchObject({ status: 'done', reason: 'answered with help' });
    await answered('| `retry checks`,');
    await answered('In this repository (it has no settings of its own):');
  });

  it('with options that it does not take is told so, and does nothing', async () => {
    const { say, tasks, answered } = await conversation();
    expect((await say('@signalbox stop --model opus')).status).toBe('ignored');
    await answered('"stop" takes no options. Put them on a new request instead.');
    expect(await tasks()).toMatchObject([{ state: 'pending' }]);
  });

  it('of somebody who may not push does nothing and is not answered', async () => {
    const { repo, say, tasks, waitingAnswers } = await conversation();
    github.permissions.set(repo, 'read');
    for (const command of ['stop', 'retry', 'approve', 'status', 'help']) {
      expect(await say(`@signalbox ${command}`, 'passer-by')).toMatchObject({
        status: 'ignored',
        reason: '@passer-by has no write access (read)',
      });
    }
    expect(await tasks()).toMatchObject([{ state: 'pending' }]);
    expect(await waitingAnswers()).toEqual([]);
    // Only the tracking comment of the task.
    expect(github.callsTo(`POST /repos/Codertocat/${repo}/issues/1/comments`).length).toBeLessThanOrEqual(1);
  });
});
