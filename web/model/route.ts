import { sessionIdSchema } from '../../protocol/ids.ts';

export type Route =
  | { page: 'sessions' }
  | { page: 'attention' }
  | { page: 'schedules' }
  | { page: 'session'; sessionId: string }
  /** A share link, with its secret in the fragment. */
  | { page: 'share' }
  | { page: 'shared'; shareId: string; sessionId: string | null }
  | { page: 'unknown' };

/** Which page an address names. */
export function parseRoute(pathname: string): Route {
  if (pathname === '/' || pathname === '/sessions') return { page: 'sessions' };
  if (pathname === '/attention') return { page: 'attention' };
  if (pathname === '/schedules') return { page: 'schedules' };
  if (pathname === '/share') return { page: 'share' };
  const shared = parseShared(pathname);
  if (shared !== null) return shared;
  const match = /^\/sessions\/([^/]+)\/?$/.exec(pathname);
  const id = sessionIdSchema.safeParse(match?.[1]);
  return id.success ? { page: 'session', sessionId: id.data } : { page: 'unknown' };
}

function parseShared(pathname: string): Route | null {
  const [, share, session] = /^\/shared\/([^/]+)(?:\/sessions\/([^/]+))?\/?$/.exec(pathname) ?? [];
  const shareId = sessionIdSchema.safeParse(share);
  if (!shareId.success) return null;
  if (session === undefined) return { page: 'shared', shareId: shareId.data, sessionId: null };
  const id = sessionIdSchema.safeParse(session);
  return id.success ? { page: 'shared', shareId: shareId.data, sessionId: id.data } : null;
}

/** Takes a token out of an address fragment (`#token=…`), which never reaches a server's log. */
export function readToken(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token');
}
