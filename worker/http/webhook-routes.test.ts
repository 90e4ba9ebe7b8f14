import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { deliveryPageSchema } from '../../protocol/http.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

const call = (path: string, init?: RequestInit) =>
  exports.default.fetch(`http://localhost:8787${path}`, init);
const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };

let owners = 700_000;
function newOwner(): number {
  owners += 1;
  return owners;
}

/** An event that asks for nothing, so that its handler needs nobody on GitHub. */
const starred = (owner: number) => ({ action: 'created', repository: { owner: { id: owner } } });

async function deliver(body: string, headers: Record<string, string> = {}) {
  return call('/api/github/webhooks', {
    method: 'POST',
    body,
    headers: {
      'x-github-delivery': crypto.randomUUID(),
      'x-github-event': 'star',
      'x-hub-signature-256': await sign(body),
      ...headers,
    },
  });
}

describe('a webhook', () => {
  it('is stored once, whether its copies come at once or later', async () => {
    const body = JSON.stringify(starred(newOwner()));
    const headers = { 'x-github-delivery': crypto.randomUUID() };
    const both = await Promise.all([deliver(body, headers), deliver(body, headers)]);
    const later = await deliver(body, headers);
    expect([...both, later].map(({ status }) => status)).toEqual([202, 202, 202]);
    const answers = await Promise.all(
      [...both, later].map((response) => response.json<{ status: string }>()),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(['duplicate', 'duplicate', 'stored']);
  });

  it.each([
    [
      'its installation',
      (id: number) => ({ installation: { account: { id } }, repository: { owner: { id: 1 } } }),
    ],
    ["its repository's owner", (id: number) => ({ installation: { id: 5 }, repository: { owner: { id } } })],
    ['its organization', (id: number) => ({ organization: { id } })],
  ])('goes to the account of %s', async (_case, payloadOf) => {
    const owner = newOwner();
    const id = crypto.randomUUID();
    const body = JSON.stringify({ action: 'created', ...payloadOf(owner) });
    expect((await deliver(body, { 'x-github-delivery': id })).status).toBe(202);
    const page = await call(`/api/deliveries?account=github:${owner}`, { headers: ADMIN });
    expect(deliveryPageSchema.parse(await page.json()).items).toMatchObject([
      { id, event: 'star', account: `github:${owner}` },
    ]);
  });

  it('is seen in the list of all accounts once the record has it', async () => {
    const id = crypto.randomUUID();
    await deliver(JSON.stringify(starred(newOwner())), { 'x-github-delivery': id });
    await eventually(async () => {
      const page = deliveryPageSchema.parse(await (await call('/api/deliveries', { headers: ADMIN })).json());
      expect(page.items.map((delivery) => delivery.id)).toContain(id);
    });
  });

  it('of no account, such as a ping, is taken and ignored', async () => {
    const response = await deliver('{"zen":"Keep it logically awesome."}', { 'x-github-event': 'ping' });
    expect([response.status, await response.json()]).toEqual([202, { status: 'ignored' }]);
  });

  it('is refused without its id, without JSON and when changed on the way', async () => {
    const body = JSON.stringify(starred(newOwner()));
    const refused = [
      await deliver(body, { 'x-github-delivery': '' }),
      await deliver('payload=%7B%7D'),
      await deliver(body, { 'x-hub-signature-256': await sign(`${body} `) }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 415, 401]);
  });
});

it('a delivery that nobody knows can not be tried again', async () => {
  const path = `/api/deliveries/${crypto.randomUUID()}/retry`;
  for (const query of ['', '?account=github:1']) {
    expect((await call(`${path}${query}`, { method: 'POST', headers: ADMIN })).status).toBe(404);
  }
});

async function sign(text: string): Promise<string> {
  const encoder = new TextEncoder();
  const secret = encoder.encode(env.GITHUB_WEBHOOK_SECRET);
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
  return `sha256=${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
