import { parseArgs } from 'node:util';
import { startModelEndpoint } from './model-endpoint.ts';

/** `node doubles/model/main.ts [--port N]`: prints one JSON line with the address and serves until a signal. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const endpoint = await startModelEndpoint({ port: Number(values.port) });
console.log(JSON.stringify({ event: 'listening', url: endpoint.url, port: endpoint.port }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void endpoint.close().then(() => process.exit(0));
  });
}
