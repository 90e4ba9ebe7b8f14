// A default import: its members follow what Node sets at run time.
import https from 'node:https';

/**
 * What a WebSocket connects through. `ws` opens its connection by itself unless it is given an agent, and goes past
 * the proxies that Node heeds for `fetch` when NODE_USE_ENV_PROXY tells it to: its global agent knows them.
 */
export function proxyAgent(url: string, env: NodeJS.ProcessEnv = process.env): https.Agent | undefined {
  return env.NODE_USE_ENV_PROXY === '1' && url.startsWith('wss:') ? https.globalAgent : undefined;
}
