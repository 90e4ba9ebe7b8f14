/**
 * Whether a request that a browser authenticated by itself (a cookie) comes from our own page. Browsers send `Origin`
 * with every WebSocket and every write; a request without it does not come from a browser and has no cookie to use.
 */
export function isOwnOrigin(request: Request, publicUrl: string): boolean {
  const origin = request.headers.get('origin');
  if (origin === null) return false;
  return origin === new URL(publicUrl).origin || origin === new URL(request.url).origin;
}

/** Reads without side effects need no origin: another site can send them but not read the answer. */
export function needsOwnOrigin(request: Request): boolean {
  return !['GET', 'HEAD'].includes(request.method) || isUpgrade(request);
}

export function isUpgrade(request: Request): boolean {
  return request.headers.get('upgrade')?.toLowerCase() === 'websocket';
}
