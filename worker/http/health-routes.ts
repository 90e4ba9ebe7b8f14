import { healthSchema } from '../../protocol/http.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { publicRoute, type Route } from './route.ts';

export const healthRoutes: Route[] = [
  publicRoute({
    method: 'GET',
    path: '/healthz',
    operation: {
      id: 'checkHealth',
      tag: 'Service',
      summary: 'Ask whether the Worker is up and its settings are right',
      answers: {
        200: {
          description: 'It is',
          schema: healthSchema,
          example: { status: 'ok', protocol: PROTOCOL_VERSION, now: 1_780_000_000_000 },
        },
      },
    },
    handle: (c) => c.json({ status: 'ok', protocol: PROTOCOL_VERSION, now: Date.now() }),
  }),
];
