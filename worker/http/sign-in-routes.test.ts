import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { signInTokenAnswerSchema } from '../../protocol/http.ts';
import { forgetEndedSessions, isEndedSession, noteEndedSession } from '../access/ended-sessions.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';

const OWN = 'http://localhost:8787';
const call = (path: string, init?: RequestInit) => exports.default.fetch(`${OWN}${path}`, init);

async function newToken(): Promise<string> {
  const headers = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
  const response = await call('/api/sign-in/tokens', { method: 'POST', headers });
  expect(response.status).toBe(201);
  return signInTokenAnswerSchema.parse(await response.json()).token;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const signIn = (token: string, headers: Record<string, string> = JSON_TYPE) =>
  call('/api/sign-in', { method: 'POST', headers, body: JSON.stringify({ token }) });

it('signs a browser in with a token that is good once, and out again', async () => {
  const token = await newToken();
  const response = await signIn(token);
  expect(response.status).toBe(204);
  const cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  expect((await call('/api/sessions', { headers: { cookie } })).status).toBe(200);
  expect((await signIn(token)).status).toBe(401);
  const out = await call('/api/sign-out', { method: 'POST', headers: { cookie, origin: OWN } });
  expect(out.headers.get('set-cookie')).toMatch(/^signalbox_session=; Max-Age=0/);
  // Whoever has a copy of the cookie is signed out as well.
  expect((await call('/api/sessions', { headers: { cookie } })).status).toBe(401);
});

it('ends the session that signs out, and no other', async () => {
  const cookieOf = async () =>
    (await signIn(await newToken())).headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const [mine, other] = [await cookieOf(), await cookieOf()];
  await call('/api/sign-out', { method: 'POST', headers: { cookie: mine, origin: OWN } });
  const statuses = [mine, other].map(
    async (cookie) => (await call('/api/sessions', { headers: { cookie } })).status,
  );
  expect(await Promise.all(statuses)).toEqual([401, 200]);
});

it('forgets ended sessions once their cookies have expired', async () => {
  await noteEndedSession(env, 'a-session');
  expect(await isEndedSession(env, 'a-session', Date.now())).toBe(true);
  await forgetEndedSessions(env, Date.now() - 60_000);
  expect(await isEndedSession(env, 'a-session', Date.now())).toBe(true);
  await forgetEndedSessions(env, Date.now() + 60_000);
  expect(await isEndedSession(env, 'a-session', Date.now())).toBe(false);
});

it('lets only one of two that use a token at the same time in', async () => {
  const token = await newToken();
  const statuses = (await Promise.all([signIn(token), signIn(token)])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([204, 401]);
});

it('lets no other site sign a browser in, and leaves the token unused', async () => {
  const token = await newToken();
  const foreign = [
    { ...JSON_TYPE, origin: 'https://evil.example' },
    { ...JSON_TYPE, origin: 'null' },
    { ...JSON_TYPE, 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign) expect((await signIn(token, headers)).status).toBe(403);
  expect((await signIn(token, { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await signIn(token, { ...JSON_TYPE, origin: OWN })).status).toBe(204);
});

it('refuses a token that was never given out', async () => {
  expect((await signIn('x'.repeat(43))).status).toBe(401);
});
