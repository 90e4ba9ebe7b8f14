/**
 * Runs the Worker as a process of its own. Its settings, secrets among them, are one line of JSON on stdin,
 * where no list of processes shows them; it ends when stdin does. Prints one line of JSON when it is ready.
 */
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { endWithStdin } from '../process/end-with-stdin.ts';
import { DEFAULT_BUNDLE_DIR } from './bundle-dir.ts';
import { serveWorker } from './serve-worker.ts';
import { workerSettingsSchema } from './worker-settings.ts';

const [line] = await once(createInterface({ input: process.stdin }), 'line');
const { bundleDir = DEFAULT_BUNDLE_DIR, ...settings } = workerSettingsSchema.parse(JSON.parse(String(line)));

// Miniflare's temporary files outlive a kill; under the data folder the next start removes them.
const scratch = path.join(settings.dataDir, 'tmp');
await rm(scratch, { recursive: true, force: true });
await mkdir(scratch, { recursive: true });
process.env.TMPDIR = scratch;

try {
  const worker = await serveWorker({ ...settings, bundleDir }, (text) => process.stderr.write(`${text}\n`));
  let isClosing = false;
  const close = async () => {
    if (isClosing) return;
    isClosing = true;
    await worker.close();
    process.exit(0);
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
  endWithStdin(close);
  console.log(JSON.stringify({ url: worker.url, controlUrl: worker.controlUrl, pid: process.pid }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
