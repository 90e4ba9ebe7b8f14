import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './route.ts';

/**
 * The API serves data only; a browser must never run, frame, embed or cache any of it, and no other site may read it
 * (there is no CORS header at all). Assets have `web/public/_headers`.
 */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const OF_PAGES = ['content-security-policy', 'referrer-policy'];

export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  // The answer to an upgrade can't be copied: the socket would be lost.
  if (c.res.status === 101) return;
  const response = new Response(c.res.body, c.res);
  // A page that the API shows to people has policies of its own.
  const own = OF_PAGES.map((name) => [name, c.res.headers.get(name)] as const);
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  for (const [name, value] of own) if (value !== null) response.headers.set(name, value);
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  if (c.req.url.startsWith('https:')) {
    response.headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains');
  }
  c.res = response;
};
