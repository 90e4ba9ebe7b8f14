import { sessionIdSchema } from '../../protocol/ids.ts';

export type Route =
  | { page: 'sessions' }
  | { page: 'attention' }
  | { page: 'session'; sessionId: string }
  | { page: 'unknown' };

/** Which page an address names. */
export function parseRoute(pathname: string): Route {
  if (pathname === '/' || pathname === '/sessions') return { page: 'sessions' };
  if (pathname === '/attention') return { page: 'attention' };
  const match = /^\/sessions\/([^/]+)\/?$/.exec(pathname);
  const id = sessionIdSchema.safeParse(match?.[1]);
  return id.success ? { page: 'session', sessionId: id.data } : { page: 'unknown' };
}

/** Takes a one-time sign-in token out of an address fragment (`#token=…`), which never reaches a server's log. */
export function readSignInToken(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token');
}
