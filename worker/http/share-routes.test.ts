import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventPageSchema, sessionAnswerSchema, sessionPageSchema } from '../../protocol/http.ts';
import { type CreateShareAnswer, createShareAnswerSchema, shareListSchema } from '../../protocol/shares.ts';
import { toViewerSchema } from '../../protocol/viewer-socket.ts';
import { accountOf } from '../account/account-of.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';
import { sessionOf } from './durable-objects.ts';

const OWN = 'http://localhost:8787';
const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const SECRET = `ghp_${'a1B2'.repeat(9)}`;

const call = (path: string, init?: RequestInit) => exports.default.fetch(`${OWN}${path}`, init);
const send = (method: string, path: string, body: unknown, headers: Record<string, string> = ADMIN) =>
  call(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** All test files share one record: these numbers are nobody else's. */
let accounts = 990_000;
function newAccount(): string {
  accounts += 1;
  return `github:${accounts}`;
}

async function newSession(account = newAccount(), prompt = `Mend the door with ${SECRET}`) {
  const answer = await send('POST', '/api/sessions', {
    workspace: { type: 'local', path: '/srv/app' },
    account,
    prompt,
  });
  return { account, id: sessionAnswerSchema.parse(await answer.json()).session.id };
}

async function share(body: unknown): Promise<CreateShareAnswer> {
  const answer = await send('POST', '/api/shares', body);
  expect(answer.status).toBe(201);
  return createShareAnswerSchema.parse(await answer.json());
}

const shareOf = (sessionId: string, more = {}) => share({ scope: { kind: 'session', sessionId }, ...more });
const revoke = ({ share: { id, account } }: CreateShareAnswer) =>
  send('DELETE', `/api/shares/${id}?account=${account}`, undefined);

/** Opens a link as the page does. @returns the headers that the browser sends from then on */
async function open(token: string): Promise<{ cookie: string }> {
  const answer = await send('POST', '/api/shares/open', { token }, { origin: OWN });
  expect(answer.status).toBe(200);
  const cookie = answer.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(
    /^signalbox_share=.*; Path=\/api\/shared\/[0-9a-f-]{36}; HttpOnly; SameSite=Strict$/,
  );
  return { cookie: cookie.split(';', 1)[0] ?? '' };
}

async function connect(path: string, headers: Record<string, string>) {
  const { status, webSocket } = await call(path, { headers: { upgrade: 'websocket', ...headers } });
  expect(status).toBe(101);
  if (webSocket === null) throw new Error('There is no socket.');
  const frames: string[] = [];
  webSocket.addEventListener('message', ({ data }) => void frames.push(String(data)));
  const closed = new Promise<number>((resolve) =>
    webSocket.addEventListener('close', ({ code }) => resolve(code)),
  );
  webSocket.accept();
  await eventually(async () => expect(frames.join()).toContain('task.created'));
  return { frames, closed };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a share link', () => {
  it('shows one session, read-only, without secrets, addresses and machines', async () => {
    const { id } = await newSession();
    const made = await shareOf(id);
    expect(made.url).toBe(`${OWN}/share#token=${made.token}`);
    const guest = await open(made.token);
    const path = `/api/shared/${made.share.id}`;
    expect(await (await call(path, { headers: guest })).json()).toEqual({
      id: made.share.id,
      scope: { kind: 'session', sessionId: id },
      expiresAt: made.share.expiresAt,
    });
    const shown = sessionAnswerSchema.parse(
      await (await call(`${path}/sessions/${id}`, { headers: guest })).json(),
    );
    expect(shown.tasks).toMatchObject([{ request: 'Mend the door with [redacted]', runnerName: null }]);
    const page = eventPageSchema.parse(
      await (await call(`${path}/sessions/${id}/events`, { headers: guest })).json(),
    );
    expect(page.events.map(({ event }) => event.type)).toContain('task.created');
    expect(JSON.stringify([shown, page])).not.toContain(SECRET);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await call(`${path}/sessions/${id}`, { method, headers: guest })).status).toBe(405);
    }
  });

  it('is no key to anything else', async () => {
    const { id, account } = await newSession();
    const other = await newSession(account);
    const made = await shareOf(id);
    const another = await shareOf(other.id);
    const guest = await open(made.token);
    const bearer = { authorization: `Bearer ${made.token}` };
    for (const headers of [guest, bearer]) {
      const path = `/api/shared/${made.share.id}`;
      expect((await call(`${path}/sessions/${other.id}`, { headers })).status).toBe(404);
      expect((await call(`${path}/sessions/${other.id}/events`, { headers })).status).toBe(404);
      expect((await call(`${path}/sessions`, { headers })).status).toBe(404);
      expect((await call(`/api/shared/${another.share.id}`, { headers })).status).toBe(401);
      for (const own of ['/api/sessions', `/api/sessions/${id}`, '/api/shares', '/api/audit']) {
        expect((await call(own, { headers })).status).toBe(401);
      }
    }
  });

  it('has a secret of 256 bits of which only the hash is kept', async () => {
    const { id } = await newSession();
    const made = await shareOf(id);
    expect(made.token).toMatch(/^sbs_[\w-]+\.[0-9a-f-]{36}\.[\w-]{43}$/);
    const listed = await send('GET', `/api/shares?account=${made.share.account}`, undefined);
    expect(shareListSchema.parse(await listed.json()).items).toEqual([made.share]);
    const stub = env.ACCOUNT.get(env.ACCOUNT.idFromName(made.share.account));
    const stored = await runInDurableObject(stub, (_object, { storage }) =>
      JSON.stringify(storage.sql.exec('SELECT * FROM shares').toArray()),
    );
    expect(stored).toContain(made.share.id);
    expect(stored).not.toContain(made.token.slice(-43));
    const wrong = `${made.token.slice(0, -3)}AAA`;
    for (const token of [wrong, made.token.replace('sbs_', 'sbk_'), 'x'.repeat(40)]) {
      expect((await send('POST', '/api/shares/open', { token }, { origin: OWN })).status).toBe(401);
    }
    const answer = await call(`/api/shared/${made.share.id}`, {
      headers: { authorization: `Bearer ${wrong}` },
    });
    expect(answer.status).toBe(401);
  });

  it('is opened by the page of this deployment only', async () => {
    const { id } = await newSession();
    const made = await shareOf(id);
    const foreign = { origin: 'https://evil.example' };
    expect((await send('POST', '/api/shares/open', { token: made.token }, foreign)).status).toBe(403);
    const guest = await open(made.token);
    const path = `/api/shared/${made.share.id}/sessions/${id}/events`;
    const socket = await call(path, { headers: { ...guest, ...foreign, upgrade: 'websocket' } });
    expect(socket.status).toBe(403);
  });

  it('of an account shows its sessions and those of nobody else', async () => {
    const account = newAccount();
    const { id } = await newSession(account);
    const stranger = await newSession();
    const made = await share({ scope: { kind: 'account' }, account });
    const headers = { authorization: `Bearer ${made.token}` };
    const path = `/api/shared/${made.share.id}/sessions`;
    await eventually(async () => {
      const page = sessionPageSchema.parse(await (await call(path, { headers })).json());
      expect(page.items.map((item) => item.id)).toEqual([id]);
      expect(JSON.stringify(page)).not.toContain(SECRET);
    });
    expect((await call(`${path}/${id}`, { headers })).status).toBe(200);
    expect((await call(`${path}/${stranger.id}`, { headers })).status).toBe(404);
  });
});

describe('an open socket of a share link', () => {
  it('shows nothing secret and is cut off the moment the link is taken away', async () => {
    const { id } = await newSession();
    const made = await shareOf(id);
    const guest = { ...(await open(made.token)), origin: OWN };
    const path = `/api/shared/${made.share.id}/sessions/${id}/events`;
    const socket = await connect(path, guest);
    const other = await connect(`/api/sessions/${id}/events`, ADMIN);
    expect(toViewerSchema.parse(JSON.parse(socket.frames[0] ?? ''))).toMatchObject({ type: 'snapshot' });
    await send('POST', `/api/sessions/${id}/messages`, { text: `And then ${SECRET}` });
    await eventually(async () => expect(socket.frames.join()).toContain('And then [redacted]'));
    await eventually(async () => expect(other.frames.join()).toContain(`And then ${SECRET}`));
    expect(socket.frames.join()).not.toContain(SECRET);

    expect((await revoke(made)).status).toBe(204);
    expect(await socket.closed).toBe(4401);
    const sent = other.frames.length;
    await send('POST', `/api/sessions/${id}/messages`, { text: 'Go on' });
    await eventually(async () => expect(other.frames.length).toBeGreaterThan(sent));
    expect((await call(path, { headers: guest })).status).toBe(401);
    expect((await call(path, { headers: { ...guest, upgrade: 'websocket' } })).status).toBe(401);
    expect((await send('POST', '/api/shares/open', { token: made.token }, { origin: OWN })).status).toBe(401);
    expect((await revoke(made)).status).toBe(404);
  });

  it('is cut off also after its session has slept', async () => {
    const { id } = await newSession();
    const made = await shareOf(id);
    const path = `/api/shared/${made.share.id}/sessions/${id}/events`;
    const socket = await connect(path, { authorization: `Bearer ${made.token}` });
    await evictDurableObject(sessionOf(env, id));
    await send('POST', `/api/sessions/${id}/messages`, { text: `Then ${SECRET}` });
    await eventually(async () => expect(socket.frames.join()).toContain('Then [redacted]'));
    await evictDurableObject(sessionOf(env, id));
    await revoke(made);
    expect(await socket.closed).toBe(4401);
  });

  it('is cut off when its time is over', async () => {
    const { id } = await newSession();
    const made = await shareOf(id, { expiresInHours: 1 });
    const longer = await shareOf(id, { expiresInHours: 2 });
    const to = ({ share: { id: one }, token }: CreateShareAnswer) =>
      connect(`/api/shared/${one}/sessions/${id}/events`, { authorization: `Bearer ${token}` });
    const [first, second] = [await to(made), await to(longer)];
    vi.useFakeTimers({ toFake: ['Date'], now: made.share.expiresAt + 1 });
    await runInDurableObject(sessionOf(env, id), (object) => object.alarm());
    expect(await first.closed).toBe(4401);
    const answer = await call(`/api/shared/${made.share.id}`, {
      headers: { authorization: `Bearer ${made.token}` },
    });
    expect(answer.status).toBe(401);
    vi.setSystemTime(longer.share.expiresAt + 1);
    await runInDurableObject(sessionOf(env, id), (object) => object.alarm());
    expect(await second.closed).toBe(4401);
  });

  it('that was on its way when the link went finds the door closed', async () => {
    const { id } = await newSession();
    const made = await shareOf(id);
    const { shares } = accountOf(env, made.share.account);
    expect(await shares.watch(made.share.id, id)).not.toBeNull();
    await revoke(made);
    const late = () =>
      sessionOf(env, id).fetch(`${OWN}/api/sessions/${id}/events`, {
        headers: {
          'x-signalbox-share': JSON.stringify({ shareId: made.share.id, until: made.share.expiresAt }),
        },
      });
    await eventually(async () => expect((await late()).status).toBe(401));
    expect(await shares.watch(made.share.id, id)).toBeNull();
  });

  it('ends an event stream as well', async () => {
    const { id } = await newSession();
    const made = await shareOf(id);
    const stream = await call(`/api/shared/${made.share.id}/sessions/${id}/events`, {
      headers: { authorization: `Bearer ${made.token}`, accept: 'text/event-stream' },
    });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('task.created')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('[redacted]');
    expect(text).not.toContain(SECRET);
    await revoke(made);
    let ended = false;
    while (!ended) ended = (await reader?.read())?.done ?? true;
    expect(ended).toBe(true);
  });

  it('names nobody but the Worker as the one who lets it in', async () => {
    const { id } = await newSession();
    const forged = JSON.stringify({ shareId: crypto.randomUUID(), until: Date.now() - 1 });
    // A claim that counted would be refused: its time is over.
    const answer = await call(`/api/sessions/${id}/events`, {
      headers: { ...ADMIN, accept: 'text/event-stream', 'x-signalbox-share': forged },
    });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });
});

it('what is done with links is in the audit log, without their secrets', async () => {
  const { id } = await newSession();
  const made = await shareOf(id, { name: 'For the review' });
  await open(made.token);
  await revoke(made);
  await eventually(async () => {
    const lines = await accountOf(env, made.share.account).audit.after(0, 100);
    expect(lines.filter(({ action }) => action.startsWith('share.'))).toMatchObject([
      { action: 'share.created', actor: { kind: 'admin_key' }, target: { kind: 'session', id } },
      { action: 'share.opened', actor: { kind: 'share_link', id: made.share.id, name: 'For the review' } },
      { action: 'share.revoked', target: { kind: 'share', id: made.share.id } },
    ]);
    expect(JSON.stringify(lines)).not.toContain(made.token.slice(-43));
  });
});
