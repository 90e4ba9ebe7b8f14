import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../protocol/problem.ts';
import { app } from '../app.ts';
import { ROUTES } from './routes.ts';

const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';

const call = (path: string, init?: RequestInit) =>
  exports.default.fetch(`http://localhost:8787${path}`, init);

/** The path of a route with something in each of its parameters. */
const fill = (path: string) =>
  path.replace(':taskId', `${SESSION}.1`).replace(':id', SESSION).replace(':number', '1');

describe('the route table', () => {
  it('holds every route that the app serves', () => {
    const table = ROUTES.map(({ method, path }) => `${method} ${path}`);
    // Middleware is registered for all methods.
    const served = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`);
    expect(new Set(served)).toEqual(new Set(table));
    expect(new Set(table).size).toBe(table.length);
  });

  it("leaves only health, sign-in, public keys and the API's description open", () => {
    const open = ROUTES.filter(({ access }) => access === 'public').map(
      ({ method, path }) => `${method} ${path}`,
    );
    expect(open.toSorted()).toEqual([
      'GET /api/docs',
      'GET /api/docs/style.css',
      'GET /api/openapi.json',
      'GET /api/runners/job-keys',
      'GET /api/sign-in',
      'GET /api/sign-in/github',
      'GET /api/sign-in/github/callback',
      'GET /healthz',
      'GET /setup/github',
      'GET /setup/sign-in',
      'GET /setup/steps.js',
      'GET /setup/style.css',
      'POST /api/oidc/token',
      'POST /api/shares/open',
      'POST /api/sign-in',
      'POST /setup/sign-in',
    ]);
  });

  const guarded = ROUTES.filter(({ access }) => access !== 'public');
  it.each(guarded.map(({ method, path, access }) => [method, path, access]))(
    '%s %s answers 401 without credentials (%s)',
    async (method, path) => {
      const response = await call(fill(path), { method });
      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(problemSchema.parse(await response.json())).toMatchObject({ status: 401, code: 'unauthorized' });
    },
  );

  it.each(guarded.map(({ method, path, access }) => [method, path, access]))(
    '%s %s answers 401 to a wrong credential (%s)',
    async (method, path) => {
      const headers = {
        authorization: 'Bearer sba_wrong',
        'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
        cookie: 'signalbox_session=browser-session.9999999999999.forged',
      };
      const response = await call(fill(path), { method, headers });
      expect(response.status).toBe(401);
    },
  );

  it.each(ROUTES.filter(({ access }) => access === 'public').map(({ method, path }) => [method, path]))(
    '%s %s answers an empty call without a server error',
    async (method, path) => {
      expect((await call(path, { method })).status).toBeLessThan(500);
    },
  );
});
