import { env } from 'cloudflare:workers';
import type { z } from 'zod';
import { taskOptionsSchema } from '../../../protocol/task-options.ts';
import { accountOf } from '../../account/account-of.ts';
import { attentionIdOf } from '../../attention/attention-id.ts';
import { fleetOf, sessionOf } from '../durable-objects.ts';
import type { Route } from '../route.ts';
import { OWN_ACCOUNT, READABLE, repositoryRow } from './matrix-callers.ts';

/** Stands in everything that the own account has: an answer to who does not reach it must not hold it. */
export const CANARY = 'canary-953';

/** What a route is about, which decides who may use it. */
export type About =
  /** One session in the readable repository, or something of it. */
  | 'session'
  /** Something of the account as a whole. */
  | 'account'
  /** A list in which everybody sees what he reaches. */
  | 'list'
  /** The caller. */
  | 'self'
  /** Everything: the admin key's alone. */
  | 'deployment'
  /** A run of a workflow, which none of these callers is. */
  | 'run';

const LISTS = [
  'GET /api/sessions',
  'GET /api/now',
  'GET /api/repositories',
  'GET /api/usage',
  'GET /api/insights',
  'GET /api/gates',
  'GET /api/shares',
  'GET /api/exports/sessions',
  'GET /api/exports/tasks',
  'GET /api/exports/messages',
  'GET /api/exports/logs',
  'GET /api/exports/questions',
  'GET /api/exports/usage',
];

export function aboutOf({ method, path }: Route): About {
  const name = `${method} ${path}`;
  if (path === '/api/me' || path === '/api/sign-out') return 'self';
  if (path === '/api/sign-in/tokens' || path === '/api/deliveries/missed') return 'deployment';
  if (path.startsWith('/api/job-runners')) return 'run';
  if (LISTS.includes(name)) return 'list';
  const isOfSession = /^\/api\/(sessions|tasks)\/:/.test(path) || path === '/api/shares/:id';
  return isOfSession || name === 'POST /api/sessions' || name === 'POST /api/shares' ? 'session' : 'account';
}

/** A session in the readable repository with a task that waits for a runner. */
async function newSession(): Promise<string> {
  const id = crypto.randomUUID();
  const {
    updatedAt: _at,
    account: _account,
    installationId: _installation,
    ...repository
  } = repositoryRow(READABLE);
  const result = await sessionOf(env, id).submit(
    {
      id,
      key: `api:${id}`,
      account: OWN_ACCOUNT,
      title: CANARY,
      source: 'api',
      workspace: { type: 'github', repository, ref: { kind: 'branch', base: 'main' } },
      thread: null,
      installationId: 7,
    },
    {
      triggerId: `api:${id}`,
      source: 'api',
      requester: { login: 'admin', id: null, name: null, email: null },
      request: CANARY,
      context: null,
      options: OPTIONS,
    },
  );
  if (result.status === 'refused') throw new Error(result.message);
  return id;
}

const OPTIONS = taskOptionsSchema.parse({ labels: ['no-runner-has-this'], approval: 'none' });

let shared: Promise<string> | undefined;

/** A new one where the call may change or end it. The record gets a copy of each: few keep it quick. */
function sessionFor(route: Route): Promise<string> {
  if (route.method !== 'GET' && aboutOf(route) === 'session') return newSession();
  shared ??= newSession();
  return shared;
}

/** Things for the parameters of a path. `isThere`: whether one of them can be made here. */
type Things = { params: Record<string, string>; session: string; isThere: boolean };

export async function newThings(route: Route): Promise<Things> {
  const { path } = route;
  const session = await sessionFor(route);
  const of = (params: Record<string, string>, isThere = true) => ({ params, session, isThere });
  // A session that nobody has worked on has none.
  if (path.startsWith('/api/sessions/:id/checkpoint')) return of({ id: session }, false);
  if (path.includes('/attachments/:')) {
    return of({ id: session, attachmentId: '0f5c2a8e-7d34-4b1a-8c55-3e9a4f0d2b61' }, false);
  }
  if (!path.includes('/:') || path.startsWith('/api/sessions/:id')) return of({ id: session });
  if (path.includes('/questions/:')) return of({ taskId: `${session}.1`, questionId: 'none' }, false);
  // Nothing was captured of it.
  if (path === '/api/tasks/:taskId/diff') return of({ taskId: `${session}.1` }, false);
  if (path.startsWith('/api/tasks/:taskId')) return of({ taskId: `${session}.1` });
  const account = accountOf(env, OWN_ACCOUNT);
  switch (path.slice(0, path.indexOf('/:'))) {
    case '/api/shares':
      return of({ id: await newShare(session) });
    case '/api/keys':
      return of({ id: await newKey() });
    case '/api/members':
      await account.members.set(953_900, 'viewer', CANARY, 'admin');
      return of({ id: '953900' });
    case '/api/runners':
      return of({ id: (await fleetOf(env, OWN_ACCOUNT).registerRunner(OWN_ACCOUNT, CANARY)).id });
    case '/api/job-runners':
      return of({ id: crypto.randomUUID() }, false);
    case '/api/runners/registration-tokens':
      return of({ id: await newRegistrationToken() });
    case '/api/attention':
      return of({ id: attentionIdOf({ at: 'fleet', account: OWN_ACCOUNT, lane: 'x', key: 'y' }) });
    // Who may use them is asked before it is looked whether they are there.
    case '/api/deliveries':
    case '/api/projects':
    case '/api/prompts':
    case '/api/schedules':
    case '/api/webhooks':
      return of({ id: crypto.randomUUID(), key: crypto.randomUUID() }, false);
    default:
      throw new Error(`Say in matrix-things.ts what ${path} is about and how one of it is made.`);
  }
}

async function newShare(sessionId: string): Promise<string> {
  const made = await accountOf(env, OWN_ACCOUNT).shares.create({
    scope: { kind: 'session', sessionId },
    name: CANARY,
    createdBy: 'admin',
    expiresAt: Date.now() + 3_600_000,
  });
  if (made.status !== 'made') throw new Error(made.message);
  return made.share.id;
}

async function newKey(): Promise<string> {
  const id = crypto.randomUUID();
  await accountOf(env, OWN_ACCOUNT).keys.create({
    id,
    name: CANARY,
    role: 'viewer',
    repositories: 'all',
    source: 'api',
    holder: null,
    createdBy: 'admin',
    expiresAt: null,
  });
  return id;
}

async function newRegistrationToken(): Promise<string> {
  const asked = { name: CANARY, labels: [], expiresAt: Date.now() + 3_600_000 };
  const made = await fleetOf(env, OWN_ACCOUNT).makeRegistrationToken(OWN_ACCOUNT, asked);
  if (made.status === 'refused') throw new Error(made.message);
  return made.id;
}

/** A request that asks for just these things. */
export function requestFor(route: Route, { params, session }: Things): { path: string; init: RequestInit } {
  const { method, operation } = route;
  const path = route.path.replaceAll(/:(\w+)/g, (_all, name) => params[name] ?? '1');
  const query = takesAccount(operation?.query) ? `?account=${encodeURIComponent(OWN_ACCOUNT)}` : '';
  if (operation?.rawBody?.contentType === 'image/png') {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return { path: path + query, init: { method, body: png, headers: { 'content-type': 'image/png' } } };
  }
  if (operation?.body === undefined) return { path: path + query, init: { method } };
  const body = bodyFor(route, session);
  return {
    path: path + query,
    init: { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
  };
}

function bodyFor({ method, path, operation }: Route, sessionId: string): unknown {
  const {
    updatedAt: _at,
    account: _account,
    installationId: _installation,
    ...repository
  } = repositoryRow(READABLE);
  switch (`${method} ${path}`) {
    case 'POST /api/sessions':
      return {
        workspace: { type: 'github', repository, ref: { kind: 'branch', base: 'main' } },
        prompt: CANARY,
        options: { labels: OPTIONS.labels },
      };
    case 'POST /api/shares':
      return { scope: { kind: 'session', sessionId } };
    case 'POST /api/sessions/:id/tasks':
      return { prompt: CANARY };
    // Written by Claude Code, which knows no accounts: the address names it.
    case 'POST /api/hooks/events':
    case 'POST /api/hooks/tool-complete':
      return operation?.bodyExample;
    default: {
      const example = operation?.bodyExample;
      const isObject = typeof example === 'object' && example !== null;
      return isObject && takesAccount(operation?.body)
        ? { ...example, account: OWN_ACCOUNT }
        : (example ?? {});
    }
  }
}

function takesAccount(schema: z.ZodType | undefined): boolean {
  if (schema === undefined || !('shape' in schema)) return false;
  const { shape } = schema;
  return typeof shape === 'object' && shape !== null && 'account' in shape;
}
