/**
 * Whether a request that a browser authenticated by itself (a cookie) comes from our own page. Browsers send `Origin`
 * with every WebSocket and every write; a request without it does not come from a browser and has no cookie to use.
 */
export function isOwnOrigin(request: Request, publicUrl: string): boolean {
  const origin = request.headers.get('origin');
  if (origin === null) return false;
  return origin === new URL(publicUrl).origin || origin === new URL(request.url).origin;
}

/**
 * Reads need no origin: another site can send them but not read the answer. One that says where it comes from (an
 * event stream or a fetch of another site) must come from us all the same.
 */
export function needsOwnOrigin(request: Request): boolean {
  const { headers, method } = request;
  const isForeign = headers.get('sec-fetch-site') === 'cross-site' && !isNavigation(request);
  return isForeign || headers.has('origin') || !['GET', 'HEAD'].includes(method) || isUpgrade(request);
}

/** Following a link from elsewhere shows the answer to nobody but the person who clicked. */
function isNavigation({ headers }: Request): boolean {
  return headers.get('sec-fetch-mode') === 'navigate';
}

/**
 * Whether a body is what only a program or our own page sends. A form of another site can send the other content types
 * without asking (Fetch standard, CORS-safelisted request headers).
 */
export function isUnforgeableBody({ body, headers }: Request): boolean {
  const type = headers.get('content-type') ?? '';
  return (
    body === null || /^(?:application\/(?:[\w.-]+\+)?json|image\/(?:png|jpeg|gif|webp))\s*(?:;|$)/i.test(type)
  );
}

export function isUpgrade(request: Request): boolean {
  return request.headers.get('upgrade')?.toLowerCase() === 'websocket';
}
