import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { redeliverMissed } from '../github/redeliver-missed.ts';
import { installationOf } from '../http/durable-objects.ts';
import type { RecordRow } from '../record/rows.ts';
import { FakeGitHub } from './testing/fake-github.ts';
import { ended, sendWebhook } from './testing/send-webhook.ts';
import { examplePayload } from './testing/webhook-examples.ts';

/** The rows that wait for the record, whose database is down in this test. */
function recordRows(account: string): Promise<RecordRow[]> {
  return runInDurableObject(installationOf(env, account), (_instance, state) =>
    state.storage.sql
      .exec<{ body: string }>("SELECT body FROM outbox WHERE lane = 'record' ORDER BY seq")
      .toArray()
      .map(({ body }) => JSON.parse(body).row),
  );
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
  it('is recorded with its repositories, kept until the database is there', async () => {
    const github = new FakeGitHub().install();
    github.repositories = [REPOSITORY, { ...REPOSITORY, id: 78, default_branch: '-odd' }];
    const account = { id: 5001, login: 'acme', type: 'Organization' };
    const payload = examplePayload('installation', 'created', { installation: { id: 6001, account } });
    await sendWebhook('i-1', 'installation', payload);
    expect(await ended('github:5001', 'i-1')).toMatchObject({ status: 'done' });
    expect(await recordRows('github:5001')).toMatchObject([
      {
        table: 'accounts',
        row: { key: 'github:5001', login: 'acme', kind: 'organization', installationId: 6001 },
      },
      {
        table: 'repositories',
        row: { id: 77, account: 'github:5001', installationId: 6001, defaultBranch: 'trunk', private: true },
      },
      { table: 'deliveries', row: { id: 'i-1', status: 'done', event: 'installation', action: 'created' } },
    ]);
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
    expect(await recordRows('github:5002')).toMatchObject([
      { table: 'accounts', row: { installationId: null } },
      { table: 'repositories', row: { id: 79, installationId: null } },
      { table: 'deliveries' },
    ]);
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
    // Looks that follow ask again only so often.
    for (let look = 0; look < 6; look += 1) await redeliverMissed(env, Date.now());
    expect(github.callsTo('POST /app/hook/deliveries')).toHaveLength(5);
  });
});
