import { runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { attentionListSchema } from '../../protocol/attention.ts';
import {
  type WebhookMessage,
  type WebhookView,
  webhookDeliveryPageSchema,
  webhookListSchema,
  webhookMessageSchema,
  webhookQueuedSchema,
  webhookSecretAnswerSchema,
} from '../../protocol/webhooks.ts';
import { accountOf } from '../account/account-of.ts';
import { DISABLE_AFTER_MS } from '../account/webhooks/decide-endpoint.ts';
import { issueSession, requestOf } from '../session/testing/make-requests.ts';
import { finished, started } from '../session/testing/runner-events.ts';
import { RUNNER, TestSession } from '../session/testing/test-session.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

let accounts = 201_000;
const newAccount = () => `github:${++accounts}`;
const SECRET = `ghp_${'a1B2'.repeat(9)}`;

type Received = { url: string; headers: Record<string, string>; body: string };

/** A receiver behind the network border: real requests and answers, by the path of its address. */
class Receiver {
  readonly got: Received[] = [];
  readonly #answers = new Map<string, (() => Response)[]>();

  install(): void {
    const original = globalThis.fetch;
    vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input instanceof Request ? input.clone() : input, init);
      const { hostname, pathname } = new URL(request.url);
      if (hostname !== 'hooks.example.com') return original(input, init);
      this.got.push({
        url: request.url,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
      return this.#answers.get(pathname)?.shift()?.() ?? new Response(null, { status: 204 });
    });
  }

  answerNext(path: string, ...answers: (() => Response)[]): void {
    this.#answers.set(path, answers);
  }

  at(path: string): Received[] {
    return this.got.filter(({ url }) => new URL(url).pathname === path);
  }
}

let receiver: Receiver;
beforeEach(() => {
  receiver = new Receiver();
  receiver.install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const send = (method: string, path: string, body?: unknown) =>
  exports.default.fetch(`http://localhost:8787${path}`, {
    method,
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
async function read<T extends z.ZodType>(answer: Response, status: number, schema: T): Promise<z.output<T>> {
  expect(answer.status).toBe(status);
  return schema.parse(await answer.json());
}

async function newWebhook(account: string, over: Record<string, unknown> = {}) {
  const path = `/${crypto.randomUUID()}`;
  const body = { url: `https://hooks.example.com${path}`, account, ...over };
  const made = await read(await send('POST', '/api/webhooks', body), 201, webhookSecretAnswerSchema);
  return { ...made, path };
}
const deliveriesOf = async ({ id, account }: WebhookView) =>
  (
    await read(
      await send('GET', `/api/webhooks/${id}/deliveries?account=${account}`),
      200,
      webhookDeliveryPageSchema,
    )
  ).items;
const verify = (secret: string, { body, headers }: Received): WebhookMessage =>
  webhookMessageSchema.parse(new Webhook(secret).verify(body, headers));

/** A task from its request to its end. */
async function runTask(account: string): Promise<TestSession> {
  const session = { ...issueSession(), account };
  const test = new TestSession(session);
  await test.hold('github');
  await test.rpc.submit(session, requestOf(`Please mend the door with ${SECRET}.`));
  await test.rpc.jobAssigned(1, 1, { id: RUNNER, name: 'den' });
  const runner = await test.open();
  await runner.events(started);
  await runner.events(finished({ type: 'cancelled', rescueRef: null }));
  return test;
}

/** Lets every attempt that waits be due. */
async function hurry(account: string): Promise<void> {
  const object = env.ACCOUNT.get(env.ACCOUNT.idFromName(account));
  await runInDurableObject(object, async (instance, { storage }) => {
    storage.sql.exec("UPDATE outbox SET retry_at_ms = 0 WHERE lane LIKE 'webhook:%'");
    storage.sql.exec("UPDATE deadlines SET at_ms = 0 WHERE name = 'outbox'");
    await instance.alarm();
  });
}

describe('a webhook', () => {
  it('is told what happens to a task, in signed messages without secrets', async () => {
    const account = newAccount();
    const { path, secret } = await newWebhook(account);
    const { id } = await runTask(account);
    await eventually(() => expect(receiver.at(path)).toHaveLength(4));
    const messages = receiver.at(path).map((request) => verify(secret, request));
    expect(messages.map(({ type }) => type).sort()).toEqual([
      'session.created',
      'task.cancelled',
      'task.created',
      'task.started',
    ]);
    expect(messages.find(({ type }) => type === 'task.cancelled')).toMatchObject({
      data: {
        account,
        session: { id, repository: 'acme/shop', page: `http://localhost:8787/sessions/${id}` },
        task: { id: `${id}.1`, state: 'cancelled', requester: 'mona' },
      },
    });
    expect(JSON.stringify(receiver.got)).not.toContain(SECRET);
    expect(new Set(receiver.at(path).map(({ headers }) => headers['webhook-id'])).size).toBe(4);
  });

  it('gets only the events that it is for', async () => {
    const account = newAccount();
    const some = await newWebhook(account, { events: ['task.cancelled'] });
    const all = await newWebhook(account);
    await runTask(account);
    await eventually(() => expect(receiver.at(all.path)).toHaveLength(4));
    await eventually(() => expect(receiver.at(some.path)).toHaveLength(1));
    expect(await deliveriesOf(some.webhook)).toMatchObject([{ type: 'task.cancelled', status: 'delivered' }]);
  });

  it('gets a message once however often its session tells it', async () => {
    const account = newAccount();
    const { webhook } = await newWebhook(account);
    const test = await runTask(account);
    await eventually(async () => expect(await deliveriesOf(webhook)).toHaveLength(4));
    const { session } = await test.snapshot();
    const id = `msg_${session.id}.${session.createdAt}.1`;
    const data = {
      account,
      session: {
        id: session.id,
        title: '',
        status: 'idle' as const,
        repository: null,
        branch: null,
        url: null,
        page: '',
      },
      task: null,
    };
    await accountOf(env, account).webhooks.tell([{ id, type: 'session.created', at: 1, data }]);
    expect(await deliveriesOf(webhook)).toHaveLength(4);
  });

  it('that fails is tried again under the same id, with each attempt in its log', async () => {
    const account = newAccount();
    const { webhook, path, secret } = await newWebhook(account);
    receiver.answerNext(
      path,
      () => new Response('no', { status: 500 }),
      () => Response.redirect('https://elsewhere.example.com/', 307),
    );
    const query = `?account=${account}`;
    const { id } = await read(
      await send('POST', `/api/webhooks/${webhook.id}/test${query}`),
      202,
      webhookQueuedSchema,
    );
    for (const attempts of [1, 2, 3]) {
      await eventually(async () => expect((await deliveriesOf(webhook))[0]?.attempts).toHaveLength(attempts));
      await hurry(account);
    }
    expect(await deliveriesOf(webhook)).toMatchObject([
      {
        id,
        type: 'webhook.test',
        status: 'delivered',
        attempts: [
          { httpStatus: 500 },
          { httpStatus: 307, error: expect.stringContaining('redirect') },
          { httpStatus: 204, error: null },
        ],
      },
    ]);
    expect(receiver.at(path).map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
    expect(
      verify(secret, receiver.at(path)[2] ?? receiver.got[0] ?? { url: '', headers: {}, body: '' }).type,
    ).toBe('webhook.test');
    const again = await send('POST', `/api/webhooks/${webhook.id}/deliveries/${id}/retry${query}`);
    expect(again.status).toBe(202);
    await eventually(() => expect(receiver.at(path)).toHaveLength(4));
  });

  it('whose receiver is gone is switched off, is on the list of what needs a person, and on again by a retry', async () => {
    const account = newAccount();
    const { webhook, path } = await newWebhook(account);
    receiver.answerNext(path, () => new Response(null, { status: 410 }));
    const query = `?account=${account}`;
    await send('POST', `/api/webhooks/${webhook.id}/test${query}`);
    const list = async () =>
      (await read(await send('GET', `/api/webhooks${query}`), 200, webhookListSchema)).items;
    await eventually(async () => expect(await list()).toMatchObject([{ disabled: 'gone' }]));
    await runTask(account);
    const attention = async () =>
      (await read(await send('GET', `/api/attention${query}`), 200, attentionListSchema)).items;
    const [item] = await attention();
    expect(item?.what).toContain('was switched off');
    expect((await send('POST', `/api/attention/${item?.id}/retry`)).status).toBe(202);
    expect(await list()).toMatchObject([{ disabled: null, failingSince: null }]);
    expect(await attention()).toEqual([]);
    expect(receiver.at(path)).toHaveLength(1);
  });

  it('to which nothing gets through for days is switched off', async () => {
    const account = newAccount();
    const { webhook, path } = await newWebhook(account);
    const down = () => new Response(null, { status: 503 });
    receiver.answerNext(path, down, down);
    await send('POST', `/api/webhooks/${webhook.id}/test?account=${account}`);
    await eventually(async () => expect((await deliveriesOf(webhook))[0]?.attempts).toHaveLength(1));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DISABLE_AFTER_MS });
    await hurry(account);
    await eventually(async () => {
      expect(await accountOf(env, account).webhooks.list()).toMatchObject([{ disabled: 'failing' }]);
    });
  });

  it('with a new secret signs by the former one too, for a day', async () => {
    const account = newAccount();
    const { webhook, path, secret } = await newWebhook(account);
    const renewed = await read(
      await send('POST', `/api/webhooks/${webhook.id}/secret?account=${account}`),
      200,
      webhookSecretAnswerSchema,
    );
    expect(renewed.secret).not.toBe(secret);
    await send('POST', `/api/webhooks/${webhook.id}/test?account=${account}`);
    await eventually(() => expect(receiver.at(path)).toHaveLength(1));
    for (const request of receiver.at(path)) {
      for (const one of [secret, renewed.secret]) expect(verify(one, request).type).toBe('webhook.test');
    }
  });

  it('is refused where its address leads into a private network, also when it is changed', async () => {
    const account = newAccount();
    const { webhook } = await newWebhook(account);
    for (const url of [
      'http://hooks.example.com/',
      'https://169.254.169.254/',
      'https://localhost:8787/api/keys',
    ]) {
      expect((await send('POST', '/api/webhooks', { url, account })).status).toBe(422);
      const changed = await send('PATCH', `/api/webhooks/${webhook.id}?account=${account}`, { url });
      expect(changed.status).toBe(422);
    }
  });

  it('shows its secret once, and is gone when it is deleted', async () => {
    const account = newAccount();
    const { webhook, secret } = await newWebhook(account);
    const listed = await send('GET', `/api/webhooks?account=${account}`);
    const text = await listed.text();
    expect(text).toContain(webhook.id);
    expect(text).not.toContain(secret);
    const object = env.ACCOUNT.get(env.ACCOUNT.idFromName(account));
    await runInDurableObject(object, (_instance, { storage }) => {
      const rows = storage.sql.exec('SELECT endpoint FROM webhook_endpoints').toArray();
      expect(JSON.stringify(rows)).not.toContain(secret.slice('whsec_'.length));
    });
    const path = `/api/webhooks/${webhook.id}?account=${account}`;
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('DELETE', path)).status).toBe(404);
    expect((await send('GET', `/api/webhooks/${webhook.id}/deliveries?account=${account}`)).status).toBe(404);
  });
});
