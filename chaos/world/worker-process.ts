/**
 * Runs the Worker as a process of its own, as `local/workerd/main.ts` does, with one more door: on a port of this
 * machine it takes orders to evict Durable Objects. Its settings, secrets among them, are one line of JSON on stdin.
 */
import { AssertionError } from 'node:assert';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { endWithStdin } from '../../local/process/end-with-stdin.ts';
import { DEFAULT_BUNDLE_DIR } from '../../local/workerd/bundle-dir.ts';
import { type ServedWorker, serveWorker } from '../../local/workerd/serve-worker.ts';
import { workerSettingsSchema } from '../../local/workerd/worker-settings.ts';

const orderSchema = z.object({
  class: z.string(),
  name: z.string(),
  sockets: z.enum(['close', 'hibernate']),
});

async function takeOrders(worker: ServedWorker): Promise<number> {
  const server = createServer(async (request, response) => {
    const query = new URL(request.url ?? '/', 'http://local').searchParams;
    const order = orderSchema.safeParse(Object.fromEntries(query));
    try {
      if (!order.success) throw new Error('not an order');
      await worker.evict(order.data.class, order.data.name, order.data.sockets);
      response.end('evicted');
    } catch (error) {
      process.stderr.write(`Nothing was evicted: ${String(error)}\n`);
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('There is no port for orders.');
  return address.port;
}

const [line] = await once(createInterface({ input: process.stdin }), 'line');
const { bundleDir = DEFAULT_BUNDLE_DIR, ...settings } = workerSettingsSchema.parse(JSON.parse(String(line)));
const scratch = join(settings.dataDir, 'tmp');
await rm(scratch, { recursive: true, force: true });
await mkdir(scratch, { recursive: true });
process.env.TMPDIR = scratch;

// The package has no description of its types.
const workerd = createRequire(import.meta.resolve('miniflare'))('workerd');
process.env.CHAOS_WORKERD = z.object({ default: z.string() }).parse(workerd).default;
process.env.CHAOS_NODE = process.execPath;
process.env.MINIFLARE_WORKERD_PATH = join(import.meta.dirname, 'held-log-workerd.sh');

const worker = await serveWorker({ ...settings, bundleDir }, (text) => process.stderr.write(`${text}\n`));
// Miniflare's stub for evictions also fails, where nobody waits for it, when an object is not running that is to be evicted.
process.on('uncaughtException', (error) => {
  if (!(error instanceof AssertionError)) throw error;
  process.stderr.write(`Miniflare's stub failed: ${error.stack}\n`);
});
const close = async () => {
  await worker.close();
  process.exit(0);
};
process.once('SIGTERM', close);
endWithStdin(close);
console.log(JSON.stringify({ url: worker.url, ordersPort: await takeOrders(worker) }));
