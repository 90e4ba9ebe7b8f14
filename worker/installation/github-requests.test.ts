import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { installationOf } from '../http/durable-objects.ts';
import { MetricStore } from '../metrics/metric-store.ts';
import { GitHubRequests } from './github-requests.ts';
import { GITHUB_WRITES_AN_HOUR, paceOf } from './pace-writes.ts';
import { WriteTimes } from './write-times.ts';

const REPO = 'https://api.github.test/repos/acme/shop';
const ISSUE = `${REPO}/issues/1`;
let lastId = 720_000;

type Server = (request: Request) => Response;

/** Requests of an installation of its own, with a clock that only waiting moves, to a server of the test's. */
function withRequests(
  server: Server,
  run: (requests: GitHubRequests, clock: { ms: number }) => Promise<void>,
) {
  lastId += 1;
  const asked: Request[] = [];
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    asked.push(request);
    return server(request);
  });
  const clock = { ms: 1_800_000_000_000 };
  return runInDurableObject(installationOf(env, `github:${lastId}`), async (_object, { storage }) => {
    const requests = new GitHubRequests({
      counters: new MetricStore(storage.sql),
      writes: new WriteTimes(storage.sql),
      pace: paceOf(GITHUB_WRITES_AN_HOUR),
      now: () => clock.ms,
      sleep: async (ms) => {
        clock.ms += ms;
      },
    });
    await run(requests, clock);
    return asked.map(({ method, url, headers }) => [method, url, headers.get('if-none-match')] as const);
  });
}

const json = (body: unknown, init: ResponseInit = {}) =>
  new Response(JSON.stringify(body), {
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  });

afterEach(() => vi.unstubAllGlobals());

describe('a read that was made before', () => {
  it('asks whether its answer still holds, and gives that answer when GitHub says so', async () => {
    let text = 'first';
    const server: Server = (request) => {
      const headers = { etag: `"${text}"`, 'x-ratelimit-remaining': '4999' };
      const isKnown = request.headers.get('if-none-match') === headers.etag;
      return isKnown ? new Response(null, { status: 304, headers }) : json({ text }, { headers });
    };
    const asked = await withRequests(server, async ({ fetch }) => {
      const read = async () => {
        const response = await fetch(ISSUE, { method: 'GET', headers: { accept: 'a' } });
        return [response.status, await response.json()];
      };
      expect(await read()).toEqual([200, { text: 'first' }]);
      expect(await read()).toEqual([200, { text: 'first' }]);
      text = 'second';
      expect(await read()).toEqual([200, { text: 'second' }]);
      // Another form of the same thing is another answer.
      await fetch(ISSUE, { headers: { accept: 'b' } });
      // Who asks by himself hears what GitHub says.
      const own = await fetch(ISSUE, { headers: { accept: 'a', 'if-none-match': '"second"' } });
      expect(own.status).toBe(304);
    });
    expect(asked.map(([, , etag]) => etag)).toEqual([null, '"first"', '"first"', null, '"second"']);
  });

  it('is forgotten when others need the room', async () => {
    const server: Server = ({ url }) =>
      json({ url, filler: 'x'.repeat(250_000) }, { headers: { etag: '"1"' } });
    const asked = await withRequests(server, async ({ fetch }) => {
      for (let page = 1; page <= 20; page += 1) await (await fetch(`${ISSUE}?page=${page}`)).text();
      await fetch(`${ISSUE}?page=1`);
      await fetch(`${ISSUE}?page=20`);
    });
    expect(asked.slice(-2).map(([, , etag]) => etag)).toEqual([null, '"1"']);
  });
});

describe('a limit that GitHub names', () => {
  it.each([
    [{ status: 403, headers: { 'retry-after': '30' } }, 30_000],
    [{ status: 429, headers: {} }, 60_000],
    [{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000090' } }, 90_000],
  ])('keeps everything of repositories back for as long as %j asks', async (init, waitMs) => {
    let isLimited = true;
    const server: Server = () => (isLimited ? json({ message: 'Slow down.' }, init) : json({}));
    const asked = await withRequests(server, async ({ fetch }, clock) => {
      expect((await fetch(ISSUE)).status).toBe(init.status);
      isLimited = false;
      for (const method of ['GET', 'POST']) {
        const refused = await fetch(ISSUE, { method });
        expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(waitMs / 1_000)]);
      }
      clock.ms += waitMs;
      expect((await fetch(ISSUE)).status).toBe(200);
    });
    expect(asked).toHaveLength(2);
  });

  it('keeps back what GraphQL is asked, too', async () => {
    const server: Server = () => json({}, { status: 403, headers: { 'retry-after': '30' } });
    const asked = await withRequests(server, async ({ fetch }) => {
      await fetch(ISSUE);
      expect((await graphql(fetch, 'query { viewer { login } }')).status).toBe(429);
      expect((await graphql(fetch, 'mutation { x }')).status).toBe(429);
    });
    expect(asked).toHaveLength(1);
  });

  it('is not what a plain refusal is, and keeps no token back', async () => {
    let init: ResponseInit = { status: 403 };
    const server: Server = () => json({}, init);
    await withRequests(server, async ({ fetch }) => {
      await fetch(ISSUE);
      init = { status: 403, headers: { 'retry-after': '60' } };
      expect((await fetch(ISSUE)).headers.get('retry-after')).toBe('60');
      init = { status: 201 };
      const token = await fetch('https://api.github.test/app/installations/1/access_tokens', {
        method: 'POST',
      });
      expect(token.status).toBe(201);
    });
  });
});

describe('writes', () => {
  it("stay within GitHub's limits, however many are wanted at once and whatever they are", async () => {
    const sent: number[] = [];
    let nowMs = () => 0;
    const server: Server = () => {
      sent.push(nowMs());
      return json({}, { status: 201 });
    };
    await withRequests(server, async ({ fetch }, clock) => {
      nowMs = () => clock.ms;
      const endMs = clock.ms + 1.2 * 3_600_000;
      while (clock.ms < endMs) {
        const response = await fetch(ISSUE, { method: 'POST' });
        // What was not sent is tried again when it may be.
        if (response.status === 429) clock.ms += Number(response.headers.get('retry-after')) * 1_000;
      }
    });
    const mostWithin = (windowMs: number) =>
      Math.max(...sent.map((from) => sent.filter((ms) => ms >= from && ms < from + windowMs).length));
    expect(sent.length).toBeGreaterThan(460);
    expect(mostWithin(60_000)).toBeLessThanOrEqual(80);
    expect(mostWithin(3_600_000)).toBeLessThanOrEqual(500);
  });

  it('are those of GraphQL as well, but not its queries, whatever they hold', async () => {
    await withRequests(
      () => json({ data: {} }),
      async ({ fetch }, clock) => {
        await graphql(fetch, 'query($a: String) { x(a: $a) }', { a: '"query":"mutation' });
        await graphql(fetch, 'mutation { x }', { a: '"query":"query' });
        const { storage } = await storageOf();
        expect(new WriteTimes(storage.sql).recent(clock.ms)).toHaveLength(1);
      },
    );
  });

  it('are counted on after the object was away', async () => {
    const server: Server = () => json({}, { status: 201 });
    await withRequests(server, async (requests, clock) => {
      for (let index = 0; index < 70; index += 1) await requests.fetch(ISSUE, { method: 'POST' });
      expect(requests.waitBeforeWrite(true)).toBeGreaterThan(0);
      const { storage } = await storageOf();
      const later = new WriteTimes(storage.sql);
      expect(later.recent(clock.ms)).toHaveLength(70);
      expect(later.recent(clock.ms + 3_600_000)).toEqual([]);
    });
  });
});

/** As Octokit asks it. */
function graphql(fetch: GitHubRequests['fetch'], query: string, variables = {}): Promise<Response> {
  const body = JSON.stringify({ query, variables });
  return fetch('https://api.github.test/graphql', { method: 'POST', body });
}

/** The storage of the installation that the test has made last. */
function storageOf(): Promise<DurableObjectState> {
  return runInDurableObject(installationOf(env, `github:${lastId}`), (_object, state) => state);
}
