import { Octokit } from '@octokit/rest';
import { afterEach, expect, it, vi } from 'vitest';
import { fetchWithDeadline } from './fetch-with-deadline.ts';

afterEach(() => vi.unstubAllGlobals());

/** The far side: redirects by address; everything else is answered with what it was asked. */
function serve(redirects: Record<string, [status: number, location: string]>) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init: RequestInit) => {
    const request = new Request(input, init);
    asked.push(`${request.method} ${request.url} ${request.redirect}`);
    const [status, location] = redirects[request.url] ?? [];
    if (status !== undefined && location !== undefined) {
      return new Response(null, { status, headers: { location } });
    }
    return new Response(await request.text());
  });
  return asked;
}

const token = { headers: { authorization: 'Bearer secret' } };

it('follows a renamed repository on the same server, with method and body', async () => {
  const asked = serve({ 'https://api.test/repos/a/b': [307, '/repositories/7'] });
  const response = await fetchWithDeadline('https://api.test/repos/a/b', {
    ...token,
    method: 'POST',
    body: 'hello',
  });
  expect(await response.text()).toBe('hello');
  expect(asked).toEqual([
    'POST https://api.test/repos/a/b manual',
    'POST https://api.test/repositories/7 manual',
  ]);
});

it.each(['https://evil.example/', '//evil.example/x', 'http://api.test/repos/a/b', 'https://api.test:444/'])(
  'carries no token to another server: %s',
  async (location) => {
    const asked = serve({ 'https://api.test/repos/a/b': [301, location] });
    await expect(fetchWithDeadline('https://api.test/repos/a/b', token)).rejects.toThrow(/another server/);
    expect(asked).toHaveLength(1);
  },
);

it('does not follow a circle for ever', async () => {
  const asked = serve({ 'https://api.test/a': [302, '/a'] });
  await expect(fetchWithDeadline('https://api.test/a')).rejects.toThrow(/without an end/);
  expect(asked).toHaveLength(4);
});

it('gives answers that are no redirect as they are', async () => {
  serve({});
  expect((await fetchWithDeadline('https://api.test/x')).status).toBe(200);
});

it('fails when an answer breaks off, which Octokit alone takes for an empty one', async () => {
  vi.stubGlobal('fetch', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"number": 1')),
      pull: (controller) => controller.error(new Error('The connection was lost.')),
    });
    return new Response(body, { status: 201, headers: { 'content-type': 'application/json' } });
  });
  const octokit = new Octokit({ request: { fetch: fetchWithDeadline } });
  const made = octokit.request('POST /repos/{owner}/{repo}/pulls', {
    owner: 'o',
    repo: 'r',
    head: 'h',
    base: 'main',
  });
  await expect(made).rejects.toThrow('The connection was lost.');
});
