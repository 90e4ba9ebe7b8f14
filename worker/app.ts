import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { requireAdmin, requireRunner, requireSignature, requireTicket } from './access/guard.ts';
import { ConfigError } from './config.ts';
import { notFoundProblem, ProblemError, problemResponse } from './http/problem.ts';
import { type AppContext, type AppEnv, DEFAULT_BODY_BYTES, type Route } from './http/route.ts';
import { ROUTES } from './http/routes.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createLogger, type Logger } from './logger.ts';

/** The Worker's HTTP side: the route table behind its guards. */
export function createApp(routes: readonly Route[], logger: Logger): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(securityHeaders);
  for (const route of routes) {
    const maxSize = route.maxBodyBytes ?? DEFAULT_BODY_BYTES;
    const limit = bodyLimit({ maxSize, onError: () => problemResponse(tooLarge(maxSize).problem) });
    app.on(route.method, route.path, limit, (c) => serve(route, c));
  }
  app.notFound((c) => problemResponse(notFoundProblem(`address ${c.req.method} ${c.req.path}`).problem));
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.problem.status >= 500) {
      logger.error('http.failed', { method: c.req.method, path: c.req.path, error });
    }
    return problemResponse(problem.problem);
  });
  return app;
}

/** Proves who calls, then lets the handler answer. */
async function serve(route: Route, c: AppContext): Promise<Response> {
  switch (route.access) {
    case 'public':
      return route.handle(c);
    case 'admin':
      return route.handle(c, await requireAdmin(c));
    case 'runner':
      return route.handle(c, await requireRunner(c));
    case 'ticket':
      return route.handle(c, await requireTicket(c));
    case 'signature':
      return route.handle(c, await requireSignature(c));
  }
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

function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError(413, 'too_large', {
    title: 'The body is too large',
    detail: `This address takes at most ${maxBytes} bytes.`,
    remedy: 'Send less; large texts belong in the repository or in a linked page.',
  });
}

export const app = createApp(ROUTES, createLogger({ part: 'http' }));
