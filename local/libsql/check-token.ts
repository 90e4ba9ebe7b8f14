import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether the header carries the token. The time it takes tells nothing about how much of it was right. */
export function isAuthorized(header: string | undefined, authToken: string): boolean {
  const [, token] = /^Bearer (.+)$/i.exec(header ?? '') ?? [];
  return timingSafeEqual(digest(token ?? ''), digest(authToken));
}

/** Hashed, so that tokens of different lengths can be compared. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
