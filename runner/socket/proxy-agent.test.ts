import http from 'node:http';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startHttpProxy } from '../../doubles/network/start-http-proxy.ts';
import { startSocketServer } from '../testing/socket-server.ts';
import { waitFor } from '../testing/wait-for.ts';
import { proxyAgent } from './proxy-agent.ts';

it('has a socket ask the proxy for a tunnel, where Node heeds proxies', async () => {
  const server = await startSocketServer(() => undefined);
  const proxy = await startHttpProxy(server.url);
  // As Node itself does at its start with NODE_USE_ENV_PROXY.
  const restore = http.setGlobalProxyFromEnv({ https_proxy: proxy.url });
  const url = 'wss://signalbox.invalid/api/runners/connect';
  const socket = new WebSocket(url, { agent: proxyAgent(url, { NODE_USE_ENV_PROXY: '1' }) });
  socket.on('error', () => undefined);
  try {
    await waitFor('the tunnel', () => proxy.asked.includes('signalbox.invalid:443'));
  } finally {
    socket.terminate();
    restore();
    await proxy.close();
    await server.close();
  }
});

it.each([
  ['wss://signalbox.example', {}],
  ['ws://127.0.0.1:8787', { NODE_USE_ENV_PROXY: '1' }],
])('leaves %s with %j to connect by itself', (url, env) => {
  expect(proxyAgent(url, env)).toBeUndefined();
});
