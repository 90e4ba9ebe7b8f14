import { describe, expect, it } from 'vitest';
import { fetchLog } from './fetch-log.ts';

/** A server that hands out one log, and what it was asked. */
function server(body: BodyInit | null, status = 200) {
  const asked: { url: string; headers: Headers }[] = [];
  const fetcher = async (url: URL, init: RequestInit) => {
    asked.push({ url: url.href, headers: new Headers(init.headers) });
    return new Response(body, { status });
  };
  return { asked, fetcher };
}

describe('the log of a check', () => {
  it('is fetched without any credential', async () => {
    const { asked, fetcher } = server('line 1\nline 2');
    expect(await fetchLog('https://logs.test/a?sig=1', fetcher)).toBe('line 1\nline 2');
    expect(asked.map(({ url, headers }) => [url, headers.get('authorization')])).toEqual([
      ['https://logs.test/a?sig=1', null],
    ]);
  });

  it('is read to its end, of which half a megabyte is kept', async () => {
    const log = `${'a'.repeat(3_000_000)}the end`;
    const tail = await fetchLog('https://logs.test/a', server(log).fetcher);
    expect(tail).toHaveLength(512_000);
    expect(tail?.endsWith('athe end')).toBe(true);
  });

  it.each([404, 302, 500])('is done without when the answer is %s', async (status) => {
    expect(await fetchLog('https://logs.test/a', server(null, status).fetcher)).toBeNull();
  });

  it('is done without when nothing answers', async () => {
    const fetcher = () => Promise.reject(new TypeError('Network connection lost.'));
    expect(await fetchLog('https://logs.test/a', fetcher)).toBeNull();
    expect(await fetchLog('no address', fetcher)).toBeNull();
  });
});
