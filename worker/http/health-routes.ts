import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Route } from './route.ts';

export const healthRoutes: Route[] = [
  {
    method: 'GET',
    path: '/healthz',
    access: 'public',
    handle: (c) => c.json({ status: 'ok', protocol: PROTOCOL_VERSION, now: Date.now() }),
  },
];
