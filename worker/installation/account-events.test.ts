import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { missedKeeper, redeliverMissed } from '../github/redeliver-missed.ts';
import { openRecord } from '../record/open-record.ts';
import { accounts, repositories } from '../record/schema.ts';
import { eventually } from '../testing/eventually.ts';
import { FakeGitHub } from './testing/fake-github.ts';
import { ended, sendWebhook } from './testing/send-webhook.ts';
import { examplePayload } from './testing/webhook-examples.ts';

/** What the record says of an account and of its repositories, once all that was told of it is there. */
async function recorded(account: string) {
  const db = openRecord(env);
  const [row] = await db.select().from(accounts).where(eq(accounts.key, account));
  const known = await db.select().from(repositories).where(eq(repositories.account, account));
  return { account: row, repositories: known };
}

const REPOSITORY = {
  id: 77,
  name: 'shop',
  owner: { id: 5001, login: 'acme', type: 'Organization' },
  clone_url: 'https://github.test/acme/shop.git',
  html_url: 'https://github.test/acme/shop',
  default_branch: 'trunk',
  private: true,
};

describe('an installation', () => {
  it('is recorded with its repositories', async () => {
    const github = new FakeGitHub().install();
    github.repositories = [REPOSITORY, { ...REPOSITORY, id: 78, default_branch: '-odd' }];
    const account = { id: 5001, login: 'acme', type: 'Organization' };
    const payload = examplePayload('installation', 'created', { installation: { id: 6001, account } });
    await sendWebhook('i-1', 'installation', payload);
    expect(await ended('github:5001', 'i-1')).toMatchObject({ status: 'done' });
    await eventually(async () => {
      expect(await recorded('github:5001')).toMatchObject({
        account: { key: 'github:5001', login: 'acme', kind: 'organization', installationId: 6001 },
        repositories: [{ id: 77, installationId: 6001, defaultBranch: 'trunk', private: true }],
      });
    });
  });

  it('is out of reach when it was deleted', async () => {
    new FakeGitHub().install();
    const account = { id: 5002, login: 'bob', type: 'User' };
    const repositories = [{ id: 79, name: 'x', full_name: 'bob/x', private: false }];
    const payload = examplePayload('installation', 'deleted', {
      installation: { id: 6002, account },
      repositories,
    });
    await sendWebhook('i-2', 'installation', payload);
    await ended('github:5002', 'i-2');
    await eventually(async () => {
      expect(await recorded('github:5002')).toMatchObject({
        account: { installationId: null },
        repositories: [{ id: 79, installationId: null }],
      });
    });
  });
});

describe('redeliverMissed', () => {
  it('has GitHub send again what never arrived, once a look and as the App', async () => {
    const github = new FakeGitHub().install();
    const delivered_at = new Date().toISOString();
    github.deliveries = [
      { id: 3, guid: 'missed', delivered_at, status_code: 502 },
      { id: 2, guid: 'came', delivered_at, status_code: 202 },
      { id: 1, guid: 'came', delivered_at, status_code: 0 },
    ];
    expect(await redeliverMissed(env, Date.now())).toEqual({ status: 'done', redelivered: 1 });
    expect(github.callsTo('POST /app/hook/deliveries')).toMatchObject([
      { path: '/app/hook/deliveries/3/attempts', authorization: expect.stringMatching(/^bearer ey/i) },
    ]);
    expect(await missedKeeper(env).missedState()).toMatchObject({
      lastLook: { redelivered: 1, problem: null },
      askedAgain: [{ id: 'missed', times: 1 }],
    });
    // Looks that follow ask again only so often.
    for (let look = 0; look < 6; look += 1) await redeliverMissed(env, Date.now());
    expect(github.callsTo('POST /app/hook/deliveries')).toHaveLength(5);
    // What GitHub refuses to send keeps nothing else back.
    const refused = { id: 4, guid: 'refused', delivered_at: '', status_code: 502 };
    const later = new Date(Date.parse(delivered_at) + 1_000).toISOString();
    github.deliveries = [
      { ...refused, id: 5, guid: 'behind it', delivered_at: later },
      { ...refused, delivered_at },
    ];
    github.failNext('POST /app/hook/deliveries/4/', { status: 422, body: { message: 'Too old' } }, 5);
    expect(await redeliverMissed(env, Date.now())).toEqual({ status: 'done', redelivered: 1 });
    expect(github.callsTo('POST /app/hook/deliveries/5/')).toHaveLength(1);
    github.failNext('GET /app/hook/deliveries', { status: 500, body: { message: 'oops' } });
    expect(await redeliverMissed(env, Date.now())).toMatchObject({ status: 'failed' });
    expect(await missedKeeper(env).missedState()).toMatchObject({
      lastLook: { redelivered: 0, problem: expect.stringContaining('oops') },
    });
  });
});
