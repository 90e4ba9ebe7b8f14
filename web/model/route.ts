import { sessionIdSchema } from '../../protocol/ids.ts';

export type Route =
  | { page: 'now' }
  | { page: 'new' }
  | { page: 'history' }
  | { page: 'insights' }
  /** `section` is as the address has it; the page knows which there are. */
  | { page: 'settings'; section: string | null }
  | { page: 'attention' }
  | { page: 'session'; sessionId: string }
  /** A share link, with its secret in the fragment. */
  | { page: 'share' }
  | { page: 'shared'; shareId: string; sessionId: string | null }
  | { page: 'unknown' };

/** Which page an address names. */
export function parseRoute(pathname: string): Route {
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  switch (path) {
    case '/':
      return { page: 'now' };
    case '/new':
      return { page: 'new' };
    case '/history':
    case '/sessions':
      return { page: 'history' };
    case '/insights':
      return { page: 'insights' };
    case '/settings':
      return { page: 'settings', section: null };
    case '/schedules':
      return { page: 'settings', section: 'schedules' };
    case '/attention':
      return { page: 'attention' };
    case '/share':
      return { page: 'share' };
  }
  const [, section] = /^\/settings\/([a-z-]+)$/.exec(path) ?? [];
  if (section !== undefined) return { page: 'settings', section };
  const shared = parseShared(path);
  if (shared !== null) return shared;
  const [, session] = /^\/sessions\/([^/]+)$/.exec(path) ?? [];
  const id = sessionIdSchema.safeParse(session);
  return id.success ? { page: 'session', sessionId: id.data } : { page: 'unknown' };
}

function parseShared(path: string): Route | null {
  const [, share, session] = /^\/shared\/([^/]+)(?:\/sessions\/([^/]+))?$/.exec(path) ?? [];
  const shareId = sessionIdSchema.safeParse(share);
  if (!shareId.success) return null;
  if (session === undefined) return { page: 'shared', shareId: shareId.data, sessionId: null };
  const id = sessionIdSchema.safeParse(session);
  return id.success ? { page: 'shared', shareId: shareId.data, sessionId: id.data } : null;
}

/** Pages that are seen without signing in. */
export const isShared = ({ page }: Route): boolean => page === 'share' || page === 'shared';

/** Takes a token out of an address fragment (`#token=…`), which never reaches a server's log. */
export function readToken(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token');
}
