import { describe } from 'vitest';
import { ROUTES } from '../../worker/http/routes.ts';
import { fuzzEndpoint } from './fuzz-endpoint.ts';
import { isOfSessions } from './split-routes.ts';

describe('every address of sessions and tasks', () => {
  for (const route of ROUTES) if (isOfSessions(route)) fuzzEndpoint(route);
});
