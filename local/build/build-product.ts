import { join } from 'node:path';
import { build } from 'vite';
import { buildWorker } from '../workerd/build-worker.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Builds the page and the Worker's bundle into `dist/`, which every way of starting the product uses. */
export async function buildProduct(say: (line: string) => void): Promise<void> {
  const started = performance.now();
  await build({ root: join(ROOT, 'web'), configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' });
  await buildWorker();
  say(`built the page and the Worker in ${Math.round(performance.now() - started)} ms`);
}
