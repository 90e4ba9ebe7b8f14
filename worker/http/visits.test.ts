import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ToViewer } from '../../protocol/viewer-socket.ts';
import { VISIT_MS } from '../access/visit-end.ts';
import { accountOf } from '../account/account-of.ts';
import { TestSocket } from '../session/testing/test-socket.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { sessionOf } from './durable-objects.ts';

const OWN = 'http://localhost:8787';
const ACCOUNT = 'github:954001';
const ID = crypto.randomUUID();

beforeAll(async () => {
  await sessionOf(env, ID).create({
    id: ID,
    key: `api:${ID}`,
    account: ACCOUNT,
    title: 'Mend the door',
    source: 'api',
    workspace: { type: 'local', path: '/srv/app' },
    thread: null,
    installationId: null,
  });
});
afterEach(() => {
  vi.useRealTimers();
});

async function newKey(): Promise<{ id: string; key: string }> {
  const id = crypto.randomUUID();
  const made = await accountOf(env, ACCOUNT).keys.create({
    id,
    name: 'watcher',
    role: 'viewer',
    repositories: 'all',
    source: 'api',
    holder: null,
    createdBy: 'admin',
    expiresAt: null,
  });
  if (made.status !== 'created') throw new Error(made.message);
  return { id, key: made.key };
}

const events = (key: string, headers: Record<string, string>) =>
  exports.default.fetch(`${OWN}/api/sessions/${ID}/events`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
  });

async function connect(key: string): Promise<TestSocket<ToViewer>> {
  const { webSocket } = await events(key, { upgrade: 'websocket' });
  if (webSocket === null) throw new Error('There is no socket.');
  const socket = new TestSocket<ToViewer>(webSocket);
  await socket.next('snapshot');
  return socket;
}

const ring = () => runInDurableObject(sessionOf(env, ID), (object) => object.alarm());

describe('who follows a session by a key that can be revoked', () => {
  it('is asked anew after ten minutes, also when nobody was awake meanwhile', async () => {
    const { id, key } = await newKey();
    const [socket, admin] = [await connect(key), await connect(TEST_ADMIN_KEY)];
    await evictDurableObject(sessionOf(env, ID), { webSockets: 'hibernate' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + VISIT_MS + 1 });
    await ring();
    expect(await socket.closed()).toBe(4412);
    const again = await connect(key);
    await accountOf(env, ACCOUNT).keys.revoke(id, 'admin');
    vi.setSystemTime(Date.now() + VISIT_MS + 1);
    await ring();
    expect(await again.closed()).toBe(4412);
    expect((await events(key, { upgrade: 'websocket' })).status).toBe(401);
    expect(admin.closeCode).toBeNull();
  });

  it('comes to the end of an event stream after ten minutes', async () => {
    const { key } = await newKey();
    const { body } = await events(key, { accept: 'text/event-stream' });
    const reader = body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('event: snapshot');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + VISIT_MS + 1 });
    await ring();
    let done = false;
    while (!done) done = (await reader?.read())?.done ?? true;
    expect(done).toBe(true);
  });

  it('can not say himself how long he stays', async () => {
    const { key } = await newKey();
    const { webSocket } = await events(key, { upgrade: 'websocket', 'x-signalbox-until': '9999999999999' });
    if (webSocket === null) throw new Error('There is no socket.');
    const socket = new TestSocket<ToViewer>(webSocket);
    await socket.next('snapshot');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + VISIT_MS + 1 });
    await ring();
    expect(await socket.closed()).toBe(4412);
  });
});
