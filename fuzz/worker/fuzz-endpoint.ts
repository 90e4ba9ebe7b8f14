import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { problemSchema } from '../../protocol/problem.ts';
import type { Route } from '../../worker/http/route.ts';
import { TEST_ADMIN_KEY } from '../../worker/test-settings.ts';
import { fuzz } from '../fuzz.ts';
import { ask } from './ask.ts';
import { type Call, callOf } from './call-of-route.ts';
import { forgetBrowser, newWorld, OWN, type World } from './callers.ts';

/** Tasks and runners that accepted calls make are left behind with their world. */
const CALLS_A_WORLD = 60;

/** Objects that nobody needs any more keep their files open and their alarms ringing: a long run makes many thousands. */
const WORLDS_UNTIL_RESET = 20;

const SECRETS = [TEST_ADMIN_KEY, env.SIGNALBOX_SECRET, env.GITHUB_WEBHOOK_SECRET, env.GITHUB_PRIVATE_KEY];

const NO_GITHUB = '"code":"github_unavailable"';

type Endpoint = Pick<Route, 'method' | 'path' | 'operation'>;

async function requestFor({ method, path }: Endpoint, world: World, given: Call): Promise<Request> {
  const parameters = [...given.parameters];
  const filled = path.replace(
    /:(\w+)/g,
    (_all, name: string) => parameters.shift() ?? world.nameOf(path, name),
  );
  const query = new URLSearchParams(
    Object.entries(given.query).map(([name, value]) => [name, value.toWellFormed()]),
  );
  const headers = new Headers(await world.headersOf(given.caller, given.body));
  for (const [name, value] of Object.entries(given.headers)) headers.set(name, value);
  if (given.stream === 'events') headers.set('accept', 'text/event-stream');
  if (given.stream === 'socket') headers.set('upgrade', 'websocket');
  const asked = given.method === 'its own' ? method : given.method;
  const body = ['GET', 'HEAD'].includes(asked) ? undefined : given.body.toWellFormed();
  return new Request(`${OWN}${filled}?${query}`, { method: asked, headers, body });
}

/** No server error, a problem that says no secret and nothing of our inside, and the headers that guard an answer. */
export function expectGoodAnswer(response: Response, text: string): void {
  if (response.status === 101) return;
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(response.headers.get('cache-control')).toContain('no-store');
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  if (response.status >= 400 && text !== '') {
    const type = response.headers.get('content-type') ?? '';
    // The pages of the set-up answer people in their own form.
    if (!type.startsWith('text/html')) {
      problemSchema.parse(JSON.parse(text));
      expect(type).toBe('application/problem+json');
    }
    expect(text).not.toMatch(/\.ts:\d+|node_modules/);
  }
  // There is no GitHub here: what asks it must say so, and nothing else may end like that.
  if (response.status !== 503 || !text.includes(NO_GITHUB)) expect(response.status, text).toBeLessThan(500);
  for (const secret of SECRETS) if (secret !== undefined) expect(text).not.toContain(secret);
}

/**
 * Calls an address in every way and as everybody: the answer is a good one, and what is refused changes nothing.
 */
export function fuzzEndpoint(endpoint: Endpoint): void {
  let world: World | null = null;
  let before = '';
  let calls = 0;
  let worlds = 0;
  const check = async (given: Call) => {
    if (world === null || calls >= CALLS_A_WORLD) {
      if (worlds % WORLDS_UNTIL_RESET === WORLDS_UNTIL_RESET - 1) {
        await reset();
        forgetBrowser();
      }
      worlds += 1;
      world = await newWorld();
      before = await world.state();
      calls = 0;
    }
    calls += 1;
    const { response, text } = await ask(await requestFor(endpoint, world, given));
    expectGoodAnswer(response, text);
    if (endpoint.method === 'GET' && given.method === 'its own') return;
    const after = await world.state();
    if (response.status >= 400) expect(after, `a refused call changed something: ${text}`).toBe(before);
    before = after;
  };
  fuzz(`${endpoint.method} ${endpoint.path}`, callOf(endpoint), check, 'calls');
}
