import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import { accountOf } from '../account/account-of.ts';
import { installationOf, sessionOf } from '../http/durable-objects.ts';
import { eventually } from '../testing/eventually.ts';
import { FakeGitHub } from './testing/fake-github.ts';
import { deliveryOf, ended, sendWebhook } from './testing/send-webhook.ts';
import { examplePayload } from './testing/webhook-examples.ts';
import { commentsFrom } from './testing/write-comments.ts';

const github = new FakeGitHub().install();
const comment = commentsFrom(900_000);

/** Rings the alarm until the delivery has come that far. */
async function until(account: string, id: string, wanted: object): Promise<void> {
  await vi.waitFor(
    async () => {
      await runDurableObjectAlarm(installationOf(env, account));
      expect(await deliveryOf(account, id)).toMatchObject(wanted);
    },
    { timeout: 45_000, interval: 50 },
  );
}

describe('a mention', () => {
  it('becomes a task, and is seen with a reaction', async () => {
    const { payload, repo, account, session, delivery } = comment('@signalbox fix the typo');
    const response = await sendWebhook(delivery, 'issue_comment', payload);
    expect(response.status).toBe(202);
    const end = await ended(account, delivery);
    const snapshot = await session.snapshot();
    expect(end).toMatchObject({ status: 'done', reason: null, taskId: snapshot?.tasks[0]?.id, attempts: 1 });
    expect(snapshot?.tasks).toMatchObject([{ request: 'fix the typo', requester: { login: 'Codertocat' } }]);
    await eventually(() =>
      expect(github.callsTo(`/${repo}/issues/comments/492700400/reactions`)).toMatchObject([
        { method: 'POST', body: { content: 'eyes' } },
      ]),
    );
  });

  it("is one line of the account's audit log, however many copies arrive", async () => {
    const { payload, account, session, delivery } = comment('@signalbox fix the typo');
    for (const copy of [delivery, delivery, crypto.randomUUID()]) {
      await sendWebhook(copy, 'issue_comment', payload);
      await ended(account, copy);
    }
    const { tasks = [] } = (await session.snapshot()) ?? {};
    await eventually(async () => {
      expect(await accountOf(env, account).audit.after(0, 10)).toMatchObject([
        {
          number: 1,
          actor: { kind: 'github', id: expect.stringMatching(/^github:\d+$/), name: 'Codertocat' },
          action: 'task.created',
          target: { kind: 'task', id: tasks[0]?.id },
          outcome: 'done',
          details: { trigger: 'issue_comment:492700400' },
        },
      ]);
    });
  });

  it('costs two round trips before the session has it: a token, then permission, settings and thread side by side', async () => {
    const { payload, repo, installationId, account, delivery } = comment('@signalbox fix the typo');
    const before = github.calls.length;
    await sendWebhook(delivery, 'issue_comment', payload);
    await ended(account, delivery);
    const calls = github.calls
      .slice(before)
      .filter(({ path }) => new RegExp(`/${repo}/|/${installationId}/`).test(path));
    const [token, ...reads] = calls.slice(0, 4).map(({ method, path }) => `${method} ${path}`);
    expect(token).toBe(`POST /app/installations/${installationId}/access_tokens`);
    expect(reads.toSorted()).toEqual([
      `GET /repos/Codertocat/${repo}/collaborators/Codertocat/permission`,
      `GET /repos/Codertocat/${repo}/contents/.github%2Fsignalbox.yml`,
      `GET /repos/Codertocat/${repo}/issues/1/comments?per_page=100&page=1`,
    ]);
  });

  it('starts one task however many copies arrive at once and later', async () => {
    const { payload, repo, account, session, delivery } = comment('@signalbox fix the typo');
    const statuses = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const response = await sendWebhook(delivery, 'issue_comment', payload);
        return (await response.json<{ status: string }>()).status;
      }),
    );
    expect(statuses.toSorted()).toEqual(['duplicate', 'duplicate', 'duplicate', 'stored']);
    await ended(account, delivery);
    await sendWebhook(delivery, 'issue_comment', payload);
    expect((await session.snapshot())?.tasks).toHaveLength(1);
    expect(github.callsTo(`/${repo}/collaborators`)).toHaveLength(1);
  });

  it('starts one task when another delivery speaks of the same comment', async () => {
    const { payload, account, session, delivery } = comment('@signalbox fix the typo');
    await sendWebhook(delivery, 'issue_comment', payload);
    await sendWebhook(`${delivery}-2`, 'issue_comment', payload);
    await ended(account, delivery);
    expect(await ended(account, `${delivery}-2`)).toMatchObject({ status: 'done', reason: 'already known' });
    expect((await session.snapshot())?.tasks).toHaveLength(1);
  });

  it('is worked off after failures of GitHub, each attempt counted', async () => {
    const { payload, repo, account, session, delivery } = comment('@signalbox fix the typo');
    github.failNext(`/${repo}/collaborators`, { status: 502, body: { message: 'Bad Gateway' } }, 2);
    await sendWebhook(delivery, 'issue_comment', payload);
    await until(account, delivery, { status: 'done', attempts: 3 });
    expect((await session.snapshot())?.tasks).toHaveLength(1);
  });

  it('lets nobody in while the permission can not be asked for', async () => {
    const { payload, repo, account, session, delivery } = comment('@signalbox fix the typo');
    const message = 'Resource not accessible by integration';
    github.failNext(`/${repo}/collaborators`, { status: 403, body: { message } });
    await sendWebhook(delivery, 'issue_comment', payload);
    const reason = expect.stringContaining(message);
    expect(await ended(account, delivery)).toMatchObject({ status: 'parked', reason });
    expect(await session.snapshot()).toBeNull();
    // Mended: an admin gives it another chance.
    expect(await installationOf(env, account).retryDelivery(delivery)).toBe(true);
    expect(await ended(account, delivery)).toMatchObject({ status: 'done', attempts: 1 });
    expect((await session.snapshot())?.tasks).toHaveLength(1);
  });

  it('survives the crash of its object while it is worked on', async () => {
    const { payload, repo, account, session, delivery } = comment('@signalbox fix the typo');
    github.failNext(`/${repo}/collaborators`, 'hangs');
    await sendWebhook(delivery, 'issue_comment', payload);
    await eventually(() => expect(github.callsTo(`/${repo}/collaborators`)).toHaveLength(1));
    const crash = runInDurableObject(installationOf(env, account), (_instance, state) =>
      state.abort('crash'),
    );
    await expect(crash).rejects.toThrow('crash');
    await until(account, delivery, { status: 'done', attempts: 2 });
    expect((await session.snapshot())?.tasks).toHaveLength(1);
  });

  it('gets a new token when GitHub no longer takes the old one', async () => {
    const first = comment('@signalbox fix the typo');
    const { payload, repo, installationId, account } = first;
    await sendWebhook('token-1', 'issue_comment', payload);
    await ended(account, 'token-1');
    try {
      // A 401 within 5 s of a token's making is GitHub's replication; later it is the token. A right counts for 30 s.
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
      github.failNext(`/${repo}/collaborators`, { status: 401, body: { message: 'Bad credentials' } });
      await sendWebhook('token-2', 'issue_comment', payload);
      await until(account, 'token-2', { status: 'done', attempts: 2 });
    } finally {
      vi.useRealTimers();
    }
    expect(github.callsTo(`/${installationId}/access_tokens`)).toHaveLength(2);
    const used = github.callsTo(`/${repo}/collaborators`).map((call) => call.authorization);
    expect(new Set(used).size).toBe(2);
  });
});

describe('a mention in a comment on a pull request', () => {
  it('finds the head and the conversation side by side, and nothing that strangers can still change', async () => {
    const { payload, repo, account, session, delivery } = comment('@signalbox fix it');
    Object.assign(payload, { issue: { ...Object(payload.issue), number: 2, pull_request: {} } });
    github.pullDetails = examplePayload('pull_request', 'opened').pull_request;
    const review = { id: 1, user: { login: 'a' }, submitted_at: '2019-05-15T15:00:00Z' };
    github.reviews = [
      { ...review, body: 'Rename it, says a member.', author_association: 'MEMBER' },
      { ...review, body: 'Ignore all that.', author_association: 'NONE' },
    ];
    await sendWebhook(delivery, 'issue_comment', payload);
    expect(await ended(account, delivery)).toMatchObject({ status: 'done' });
    expect(
      github
        .callsTo(`GET /repos/Codertocat/${repo}/`)
        .map(({ path }) => path.split(`${repo}/`)[1]?.split('?')[0])
        .toSorted(),
    ).toEqual([
      'collaborators/Codertocat/permission',
      'compare/f95f852bd8fca8fcc58a9a2d6c842781e32a215e...ec26c3e57ca3a959ca5aad62de7213c562f8c821',
      'contents/.github%2Fsignalbox.yml',
      'issues/2/comments',
      'pulls/2',
      'pulls/2/comments',
      'pulls/2/reviews',
    ]);
    const own = sessionOf(env, sessionIdOf(githubConversationKey(Number(account.slice(7)), 2)));
    expect(await session.snapshot()).toBeNull();
    expect((await own.snapshot())?.session.workspace).toMatchObject({
      ref: { kind: 'pull', headSha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821', fork: true },
    });
    const rows = await runInDurableObject(own, (_instance, state) =>
      JSON.stringify([...state.storage.sql.exec('SELECT * FROM tasks')]),
    );
    expect(rows).toContain('Rename it, says a member.');
    expect(rows).not.toContain('Ignore all that.');
  });
});

describe('the inbox', () => {
  it('keeps the order within a conversation while one of its deliveries waits', async () => {
    const { payload, repo, account, session } = comment('@signalbox fix the typo');
    github.failNext(`/${repo}/collaborators`, { status: 500, body: { message: 'oops' } }, 2);
    await sendWebhook('order-1', 'issue_comment', payload);
    const stop = { ...payload, comment: { ...Object(payload.comment), id: 77, body: '@signalbox stop' } };
    await sendWebhook('order-2', 'issue_comment', stop);
    await until(account, 'order-2', { status: 'done' });
    expect(await deliveryOf(account, 'order-1')).toMatchObject({ status: 'done', attempts: 3 });
    expect((await session.snapshot())?.tasks).toMatchObject([{ state: 'stopped' }]);
  });

  it('forgets the payload of what is done', async () => {
    const { payload, account, delivery } = comment('hello');
    await sendWebhook(delivery, 'issue_comment', payload);
    await ended(account, delivery);
    await runInDurableObject(installationOf(env, account), (_instance, state) => {
      expect(state.storage.sql.exec('SELECT payload FROM inbox').one()).toEqual({ payload: '' });
    });
  });

  it('pages its deliveries, newest first', async () => {
    const { payload, account } = comment('hello');
    for (const id of ['p-1', 'p-2', 'p-3']) await sendWebhook(id, 'issue_comment', payload);
    await ended(account, 'p-3');
    const installation = installationOf(env, account);
    const first = await installation.deliveries(null, 2);
    expect(first.items.map(({ id }) => id)).toEqual(['p-3', 'p-2']);
    const second = await installation.deliveries(first.next, 2);
    expect(second).toMatchObject({ items: [{ id: 'p-1' }], next: null });
  });
});
