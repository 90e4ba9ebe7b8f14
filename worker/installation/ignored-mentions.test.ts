import { describe, expect, it } from 'vitest';
import { FakeGitHub } from './testing/fake-github.ts';
import { ended, sendWebhook } from './testing/send-webhook.ts';
import { commentsFrom } from './testing/write-comments.ts';

const github = new FakeGitHub().install();
const comment = commentsFrom(905_000);

describe('what is no request', () => {
  it.each([
    ['a quote', '> @signalbox fix it', {}, 'not a mention: only in a quote, code, a link or hidden text'],
    ['a look-alike', '@signalbox-fan fix it', {}, 'not a mention: only part of another name or address'],
    ['no mention', 'hello', {}, 'not a mention'],
    [
      'a bot',
      '@signalbox fix it',
      { user: { login: 'other[bot]', id: 5, type: 'Bot' } },
      'the author is a bot, not a person',
    ],
    [
      'a bot that calls itself a user',
      '@signalbox fix it',
      { user: { login: 'x[bot]', type: 'User' } },
      'the author is a bot, not a person',
    ],
    [
      'ourselves',
      '@signalbox fix it',
      { user: { login: 'signalbox[bot]', type: 'Bot' } },
      'written by this App itself',
    ],
    ['our own marker', '<!-- signalbox:task:1 -->\n@signalbox fix it', {}, 'written by this App itself'],
  ])('is noted with its reason and costs GitHub no call: %s', async (_title, body, more, reason) => {
    const { payload, repo, installationId, account, session, delivery } = comment(body, more);
    await sendWebhook(delivery, 'issue_comment', payload);
    expect(await ended(account, delivery)).toMatchObject({ status: 'ignored', reason, taskId: null });
    expect([...github.callsTo(`/${repo}/`), ...github.callsTo(`/${installationId}/`)]).toEqual([]);
    expect(await session.snapshot()).toBeNull();
  });

  it.each([
    ['read', '@Codertocat has no write access (read)'],
    ['triage', '@Codertocat has no write access (triage)'],
    ['none', '@Codertocat has no write access (not a collaborator)'],
  ])('is noted when its author has the permission %s', async (permission, reason) => {
    const { payload, repo, account, session, delivery } = comment('@signalbox fix it');
    github.permissions.set(repo, permission);
    await sendWebhook(delivery, 'issue_comment', payload);
    expect(await ended(account, delivery)).toMatchObject({ status: 'ignored', reason });
    expect(await session.snapshot()).toBeNull();
    expect(github.callsTo(`POST /repos/Codertocat/${repo}/`)).toEqual([]);
  });

  it('is noted without being stored when its event asks for nothing', async () => {
    const { payload, account, delivery } = comment('@signalbox fix it');
    await sendWebhook(delivery, 'issue_comment', { ...payload, action: 'edited' });
    expect(await ended(account, delivery)).toMatchObject({
      status: 'ignored',
      reason: '"issue_comment.edited" asks for nothing',
      attempts: 0,
    });
  });
});
