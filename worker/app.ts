import { Hono } from 'hono';
import {
  requireRegistrationToken,
  requireRunner,
  requireSignature,
  requireTicket,
  requireUser,
} from './access/guard.ts';
import { isUpgrade } from './access/judge-origin.ts';
import { limitRequests, limitStranger } from './access/limit-requests.ts';
import { requireShare } from './access/require-share.ts';
import { TokenBuckets } from './access/token-buckets.ts';
import { ConfigError } from './config.ts';
import { limitBody } from './http/limit-body.ts';
import {
  methodProblem,
  notFoundProblem,
  ProblemError,
  problemResponse,
  unauthorizedProblem,
} from './http/problem.ts';
import { type AppContext, type AppEnv, DEFAULT_BODY_BYTES, type Route } from './http/route.ts';
import { ROUTES } from './http/routes.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createLogger, type Logger } from './logger.ts';
import { SETUP_PATHS } from './setup/app-manifest.ts';
import { setupAdminOf } from './setup/require-setup-admin.ts';

/** The Worker's HTTP side: the route table behind its guards and limits. */
export function createApp(routes: readonly Route[], logger: Logger): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const buckets = new TokenBuckets();
  app.use(securityHeaders);
  for (const route of routes) {
    app.on(route.method, route.path, limitBody(route.maxBodyBytes ?? DEFAULT_BODY_BYTES), (c) => {
      if (c.req.raw.method === 'HEAD' && asksForStream(c.req.raw)) throw methodProblem('HEAD', route.method);
      return limitRequests(buckets, route, c, () => serve(route, c));
    });
  }
  for (const [path, allow] of methodsByPath(routes)) {
    app.all(path, (c) => {
      limitStranger(buckets, c);
      throw methodProblem(c.req.method, allow);
    });
  }
  app.all('*', (c) => {
    limitStranger(buckets, c);
    throw notFoundProblem(`address ${c.req.method} ${c.req.path.slice(0, MAX_ECHOED_CHARS)}`);
  });
  app.onError((error, c) => {
    const problem = c.get('bodyFault') ?? problemOf(error);
    if (problem.problem.status >= 500) {
      logger.error('http.failed', { method: c.req.method, path: c.req.path, error });
    }
    return problemResponse(problem);
  });
  return app;
}

/** Longer addresses are none of ours. */
const MAX_ECHOED_CHARS = 200;

/** Hono answers HEAD by what GET answers without its body; a stream or a socket has nothing else. */
function asksForStream(request: Request): boolean {
  return isUpgrade(request) || (request.headers.get('accept') ?? '').includes('text/event-stream');
}

/** What to tell those who come with another method. There is no CORS: a preflight gets no consent. */
function methodsByPath(routes: readonly Route[]): Map<string, string> {
  const methods = new Map<string, string>();
  for (const { method, path } of routes) {
    const named = method === 'GET' ? 'GET, HEAD' : method;
    const known = methods.get(path);
    methods.set(path, known === undefined ? named : `${known}, ${named}`);
  }
  return methods;
}

/** Proves who calls, then lets the handler answer. */
async function serve(route: Route, c: AppContext): Promise<Response> {
  switch (route.access) {
    case 'public':
      return route.handle(c, null);
    case 'user':
      return route.handle(c, (await route.alsoTakes?.(c)) ?? (await requireUser(c, route.needs)));
    case 'setup':
      return serveSetup(route, c);
    case 'runner':
      return route.handle(c, await requireRunner(c));
    case 'registration':
      return route.handle(c, requireRegistrationToken(c));
    case 'share':
      return route.handle(c, await requireShare(c));
    case 'ticket':
      return route.handle(c, await requireTicket(c));
    case 'signature':
      return route.handle(c, await requireSignature(c));
  }
}

/** Who is not signed in is asked to where a person can be asked. @throws ProblemError */
async function serveSetup(route: Extract<Route, { access: 'setup' }>, c: AppContext): Promise<Response> {
  const admin = await setupAdminOf(c);
  if (admin !== null) return route.handle(c, admin);
  if (c.req.header('accept')?.includes('text/html')) return c.redirect(SETUP_PATHS.signIn, 303);
  throw unauthorizedProblem(
    'Only the admin of the deployment sets it up, with a browser.',
    `Open ${SETUP_PATHS.page} and sign in.`,
  );
}

/** What a caller may know of an error: bugs and outages say no more than that they happened. */
function problemOf(error: Error): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof ConfigError) {
    return new ProblemError(503, 'misconfigured', {
      title: 'The deployment is not set up',
      detail: error.message,
      remedy: 'Correct the named settings and deploy again.',
    });
  }
  return new ProblemError(500, 'internal', {
    title: 'Internal error',
    detail: 'The request failed because of a bug or an outage. It was logged.',
    remedy: 'Try again in a moment; a write with the same Idempotency-Key is not done twice.',
  });
}

export const app = createApp(ROUTES, createLogger({ part: 'http' }));
