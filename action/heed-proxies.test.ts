import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type HttpProxy, startHttpProxy } from '../doubles/network/start-http-proxy.ts';
import { heedProxies } from './heed-proxies.ts';
import { sendRequest } from './send-request.ts';

const server = createServer((_request, response) => response.end('the deployment'));
let proxy: HttpProxy;
let own = '';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  own = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  proxy = await startHttpProxy(own);
});
afterAll(async () => {
  await proxy?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  proxy.asked.length = 0;
});

/** What a request of the step gets; null where nothing answers. */
async function ask(url: string): Promise<string | null> {
  const request = { method: 'GET', url, headers: {}, body: null } as const;
  const deps = { fetch, signal: new AbortController().signal };
  const answer = await sendRequest(request, deps).catch(() => null);
  return answer?.text ?? null;
}

it('asks through the proxy that the job names, with or without a scheme', async () => {
  for (const address of [proxy.url, proxy.url.replace('http://', '')]) {
    expect(heedProxies({ http_proxy: address })).toBeNull();
    expect(await ask('http://signalbox.invalid/healthz')).toBe('the deployment');
  }
  expect(proxy.asked.filter((host) => host.startsWith('signalbox.invalid'))).toHaveLength(2);
});

it('has the proxy make a tunnel for what is encrypted', async () => {
  expect(heedProxies({ HTTPS_PROXY: proxy.url })).toBeNull();
  await ask('https://signalbox.invalid/healthz');
  expect(proxy.asked).toEqual(['signalbox.invalid:443']);
});

it('asks directly what the job excludes, and what runs beside the step', async () => {
  heedProxies({ HTTP_PROXY: proxy.url, NO_PROXY: 'other.invalid' });
  expect(await ask(own)).toBe('the deployment');
  expect(await ask('http://other.invalid/')).toBeNull();
  expect(proxy.asked).toEqual([]);
});

it('leaves a job without proxies as it is', () => {
  expect(heedProxies({ PATH: '/bin', NO_PROXY: '*', HTTPS_PROXY: '' })).toBeNull();
});

it('says which address is none, without repeating it', () => {
  const said = heedProxies({ HTTPS_PROXY: 'http://me:geheim@[' });
  expect(said).toContain('HTTPS_PROXY');
  expect(said).not.toContain('geheim');
});
