import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import {
  type AttachmentView,
  attachmentListSchema,
  attachmentViewSchema,
  MAX_ATTACHMENT_BYTES,
  MAX_SESSION_ATTACHMENTS,
} from '../../protocol/attachments.ts';
import { messagePageSchema, sessionAnswerSchema } from '../../protocol/http.ts';
import { createShareAnswerSchema } from '../../protocol/shares.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { sessionOf } from './durable-objects.ts';

const OWN = 'http://localhost:8787';
const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };

const HEADS: [string, number[]][] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
  ['image/gif', [...new TextEncoder().encode('GIF89a')]],
  ['image/webp', [...new TextEncoder().encode('RIFF\x04\0\0\0WEBPVP8 ')]],
];
const PNG = new Uint8Array(HEADS[0]?.[1] ?? []);

const call = (method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) =>
  exports.default.fetch(`${OWN}${path}`, {
    method,
    headers: { ...ADMIN, ...headers },
    ...(body === undefined ? {} : { body }),
  });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });

/** All test files share one record: these numbers are nobody else's. */
let accounts = 975_100;
async function newSession(prompt?: string): Promise<string> {
  accounts += 1;
  const answer = await post('/api/sessions', {
    workspace: { type: 'local', path: '/srv/app' },
    account: `github:${accounts}`,
    ...(prompt === undefined ? {} : { prompt }),
  });
  return sessionAnswerSchema.parse(await answer.json()).session.id;
}

const upload = (id: string, content: Uint8Array<ArrayBuffer>, type = 'image/png', name = 'a.png') =>
  call('POST', `/api/sessions/${id}/attachments?name=${encodeURIComponent(name)}`, content, {
    'content-type': type,
  });
async function uploaded(id: string): Promise<AttachmentView> {
  const answer = await upload(id, PNG);
  expect(answer.status).toBe(201);
  return attachmentViewSchema.parse(await answer.json());
}

describe('an image that is uploaded', () => {
  it.each(HEADS)(
    'is known as %s by its content, whatever it is called and declared as',
    async (type, head) => {
      const id = await newSession();
      const answer = await upload(id, new Uint8Array([...head, 1, 2]), 'image/gif', '../"x\u202e.exe');
      expect(await answer.json()).toMatchObject({
        type,
        name: '..x.exe',
        bytes: head.length + 2,
        by: 'admin',
      });
    },
  );

  it('is refused when it is no image, or too large', async () => {
    const id = await newSession();
    for (const text of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '<html></html>', 'GIF']) {
      const answer = await upload(id, new Uint8Array(new TextEncoder().encode(text)));
      expect([text, answer.status]).toEqual([text, 422]);
    }
    const large = new Uint8Array(MAX_ATTACHMENT_BYTES + 1);
    large.set(PNG);
    expect((await upload(id, large)).status).toBe(413);
    expect(await sessionOf(env, id).attachments()).toEqual([]);
  });

  it('is served as what it is and nothing else, and only with its session', async () => {
    const [id, other] = [await newSession(), await newSession()];
    const { id: image } = await uploaded(id);
    const answer = await call('GET', `/api/sessions/${id}/attachments/${image}`);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(PNG);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    expect((await call('GET', `/api/sessions/${other}/attachments/${image}`)).status).toBe(404);
    for (const [path, body] of [
      [`/api/sessions/${other}/messages`, { text: 'Look', attachments: [image] }],
      [`/api/sessions/${other}/tasks`, { prompt: 'Look', attachments: [image] }],
    ] as const) {
      expect([path, (await post(path, body)).status]).toEqual([path, 422]);
    }
  });

  it('lies sealed in the bucket and goes with its session', async () => {
    const id = await newSession();
    const { id: image } = await uploaded(id);
    const stored = await env.BODIES.get(`attachments/${id}/${image}`);
    const bytes = new Uint8Array((await stored?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(bytes.length).toBeGreaterThan(PNG.length);
    expect(Buffer.from(bytes).includes(Buffer.from(PNG))).toBe(false);
    expect((await call('DELETE', `/api/sessions/${id}`)).status).toBe(204);
    expect((await call('GET', `/api/sessions/${id}/attachments/${image}`)).status).toBe(404);
  });

  it('is one too many once the session has as many as it holds', async () => {
    const id = await newSession();
    const first = await uploaded(id);
    const session = sessionOf(env, id);
    for (let n = 1; n < MAX_SESSION_ATTACHMENTS; n += 1) {
      await session.addAttachment({ ...first, id: crypto.randomUUID() });
    }
    const answer = await upload(id, PNG);
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining('takes no more')]);
    const { objects } = await env.BODIES.list({ prefix: `attachments/${id}/` });
    expect(objects).toHaveLength(1);
  });
});

describe('images of a request', () => {
  it('are named by its message and its events, and go along when the task is tried again', async () => {
    const id = await newSession();
    const { by: _by, source: _source, createdAt: _at, ...image } = await uploaded(id);
    const made = await post(`/api/sessions/${id}/tasks`, { prompt: 'Look', attachments: [image.id] });
    const task = taskViewSchema.parse(await made.json());
    const steered = await post(`/api/tasks/${task.id}/input`, { text: 'And this', attachments: [image.id] });
    expect(steered.status).toBe(201);
    expect((await post(`/api/tasks/${task.id}/cancel`, {})).status).toBe(200);
    const again = taskViewSchema.parse(await (await post(`/api/tasks/${task.id}/retry`, {})).json());
    const list = await call('GET', `/api/sessions/${id}/messages?task=${again.number}`);
    const { items } = messagePageSchema.parse(await list.json());
    expect(items.map(({ attachments }) => attachments)).toEqual([[image]]);
    const page = await sessionOf(env, id).eventsAfter(0, 1_000);
    const named = page?.events.flatMap(({ event }) => ('attachments' in event ? [event.type] : []));
    expect(named).toEqual(['task.created', 'message.received', 'task.created']);
  });

  it('are not shown to whoever has a share link', async () => {
    const id = await newSession();
    const { id: image } = await uploaded(id);
    await post(`/api/sessions/${id}/tasks`, { prompt: 'Look', attachments: [image] });
    const made = await post('/api/shares', { scope: { kind: 'session', sessionId: id } });
    const { share, token } = createShareAnswerSchema.parse(await made.json());
    const guest = (path: string) =>
      exports.default.fetch(`${OWN}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const events = await (await guest(`/api/shared/${share.id}/sessions/${id}/events`)).text();
    expect(events).toContain('task.created');
    expect(events).not.toContain(image);
    expect((await guest(`/api/sessions/${id}/attachments/${image}`)).status).toBe(401);
    const list = await call('GET', `/api/sessions/${id}/attachments`);
    expect(attachmentListSchema.parse(await list.json()).items).toHaveLength(1);
  });
});
