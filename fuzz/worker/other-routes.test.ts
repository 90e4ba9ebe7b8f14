import { exports } from 'cloudflare:workers';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { ROUTES } from '../../worker/http/routes.ts';
import { fuzz } from '../fuzz.ts';
import { OWN } from './callers.ts';
import { expectGoodAnswer, fuzzEndpoint } from './fuzz-endpoint.ts';
import { isOfSessions } from './split-routes.ts';

describe('every other address', () => {
  for (const route of ROUTES) if (!isOfSessions(route)) fuzzEndpoint(route);
});

const path = fc.webPath().map((text) => text.slice(0, 500));
const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT');
fuzz('address that there is none of: refused', fc.tuple(path, method), async ([text, asked]) => {
  const response = await exports.default.fetch(`${OWN}/api${text}`, { method: asked });
  expectGoodAnswer(response, await response.text());
  expect([401, 404, 405]).toContain(response.status);
});
