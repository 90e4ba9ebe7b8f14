import { env, exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { isAtLeast } from '../../protocol/access.ts';
import { accountOf } from '../account/account-of.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';
import { FakeSignIn, OWN } from './testing/fake-sign-in.ts';
import { type MatrixCaller, matrixCallers, noteRepositories, OWN_ACCOUNT } from './testing/matrix-callers.ts';
import { aboutOf, CANARY, newThings, requestFor } from './testing/matrix-things.ts';

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
type UserRoute = Extract<Route, { access: 'user' }>;
const USER_ROUTES = ROUTES.filter((route): route is UserRoute => route.access === 'user').map(
  (route) => [nameOf(route), route] as const,
);

/** These lists are of all accounts together; the others are of one. */
const OF_ALL_ACCOUNTS = ['GET /api/sessions', 'GET /api/now', 'GET /api/repositories'];

/** They change nothing that an account has, or are a log themselves. */
const NOT_AUDITED = ['POST /api/sign-out', 'POST /api/prompts/:key/render'];
const isLog = (path: string) => path.startsWith('/api/hooks/');

let callers: MatrixCaller[] = [];
beforeAll(async () => {
  const github = new FakeSignIn().install();
  await noteRepositories();
  callers = await matrixCallers(github);
});

type Expected = 'ok' | 401 | 403 | 404;

/** What DESIGN's rules say, without a look at any handler. */
function expected(route: UserRoute, { standing, role }: MatrixCaller): Expected {
  if (standing === 'unknown') return 401;
  if (!isAtLeast(role, route.needs ?? 'admin')) return 403;
  const about = aboutOf(route);
  if (about === 'self') return 'ok';
  if (about === 'deployment' || about === 'run') return 403;
  switch (standing) {
    case 'account':
      return 'ok';
    case 'repository':
      return about === 'account' ? 403 : 'ok';
    case 'other repository':
      if (about === 'list') return 'ok';
      return about === 'session' ? 404 : 403;
    case 'other account':
      return OF_ALL_ACCOUNTS.includes(nameOf(route)) ? 'ok' : 404;
  }
}

/** Who may not know of the own account's sessions must not meet their text, whatever the status. */
const isBlind = ({ standing }: MatrixCaller) => !['account', 'repository'].includes(standing);

async function send(path: string, init: RequestInit, headers: Record<string, string>) {
  const own = { ...Object.fromEntries(new Headers(init.headers)), ...headers };
  const response = await exports.default.fetch(`${OWN}${path}`, { ...init, headers: own });
  return { status: response.status, text: await response.text() };
}

const auditHead = async () => (await accountOf(env, OWN_ACCOUNT).audit.head()).number;

describe('every route for people and programs', () => {
  it.each(USER_ROUTES)('serves those who may and nobody else: %s', async (_name, route) => {
    const things = await newThings(route);
    const { path, init } = requestFor(route, things);
    const denied = callers.filter((caller) => expected(route, caller) !== 'ok');
    const before = await auditHead();
    for (const caller of denied) {
      const { status, text } = await send(path, init, caller.headers);
      expect.soft(`${caller.name}: ${status}`, text).toBe(`${caller.name}: ${expected(route, caller)}`);
      if (isBlind(caller)) expect.soft(text, caller.name).not.toContain(CANARY);
    }
    expect(await auditHead(), 'what was refused is no line of the audit log').toBe(before);
    for (const caller of callers.filter((one) => expected(route, one) === 'ok')) await serves(route, caller);
  });

  it.each(
    USER_ROUTES.filter(
      ([name, route]) =>
        route.method !== 'GET' &&
        !isLog(route.path) &&
        !NOT_AUDITED.includes(name) &&
        // Nobody here may; job-runner-routes.test.ts has runs.
        aboutOf(route) !== 'run',
    ),
  )('leaves a line in the audit log: %s', async (_name, route) => {
    const things = await newThings(route);
    const { path, init } = requestFor(route, things);
    const account = aboutOf(route) === 'deployment' ? 'local' : OWN_ACCOUNT;
    const { audit } = accountOf(env, account);
    const before = (await audit.head()).number;
    const admin = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
    const { status, text } = await send(path, init, admin);
    // What is not there, or what can't be, was not changed; nothing need be noted.
    if ((!things.isThere && status === 404) || status === 422) return;
    expect(status, text).not.toBe(404);
    const lines = async () => (await audit.after(before, 100)).map(({ actor }) => actor.kind);
    await expect.poll(lines, { timeout: 10_000 }).toContain('admin_key');
  });
});

/** A fresh thing for each: some calls end what they are about. */
async function serves(route: UserRoute, caller: MatrixCaller): Promise<void> {
  const things = await newThings(route);
  const { path, init } = requestFor(route, things);
  // A session of the browser that signs out would be missing from then on.
  if (route.path === '/api/sign-out' && caller.headers.cookie !== undefined) return;
  const { status, text } = await send(path, init, caller.headers);
  const refusals = things.isThere ? [401, 403, 404, 500] : [401, 403, 500];
  expect.soft(refusals, `${caller.name}: ${status} ${text.slice(0, 300)}`).not.toContain(status);
  if (isBlind(caller)) expect.soft(text, caller.name).not.toContain(CANARY);
}

describe('every other route', () => {
  const others = ROUTES.filter(({ access }) => access !== 'user' && access !== 'public');

  it.each(others.map((route) => [nameOf(route), route] as const))(
    'takes no key of people and programs: %s',
    async (_name, route) => {
      const path = route.path.replaceAll(/:\w+/g, '1');
      const admin = callers.find(({ name }) => name === 'admin of the account');
      for (const headers of [{}, { authorization: `Bearer ${TEST_ADMIN_KEY}` }, admin?.headers ?? {}]) {
        const { status } = await send(path, { method: route.method }, headers);
        expect([401, 404]).toContain(status);
      }
    },
  );
});
