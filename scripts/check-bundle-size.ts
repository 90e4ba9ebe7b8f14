import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A phone on a slow line has the first view in about a second up to here. */
const MAX_FIRST_VIEW_BYTES = 60_000;

/** What a page loads when it is opened; more than the first view would be felt. */
const MAX_ON_DEMAND_BYTES = 60_000;

/** Cloudflare's limit for a compressed Worker on the free plan is 3 MB; start-up time grows long before it. */
const MAX_WORKER_BYTES = 1_000_000;

function compressedBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
}

const gzipBytes = (path: string): number => gzipSync(readFileSync(path)).length;

/** The scripts that the page's document names: its own and those which that one imports at once. */
function firstViewScripts(page: string): string[] {
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  return [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].flatMap(([, path]) => path ?? []);
}

const root = join(import.meta.dirname, '..');
const page = join(root, 'dist/web');
const first = firstViewScripts(page);
const onDemand = readdirSync(join(page, 'assets'))
  .map((name) => `assets/${name}`)
  .filter((path) => path.endsWith('.js') && !first.includes(path));
const checks = [
  {
    name: "the page's first view",
    bytes: first.reduce((sum, path) => sum + gzipBytes(join(page, path)), 0),
    max: MAX_FIRST_VIEW_BYTES,
  },
  ...onDemand.map((path) => ({
    name: `on demand, ${path}`,
    bytes: gzipBytes(join(page, path)),
    max: MAX_ON_DEMAND_BYTES,
  })),
  { name: 'Worker', bytes: compressedBytes(join(root, 'dist/worker')), max: MAX_WORKER_BYTES },
];
for (const { name, bytes, max } of checks) {
  const verdict = bytes <= max ? 'ok' : 'TOO LARGE';
  console.log(`${name}: ${(bytes / 1_000).toFixed(1)} kB compressed, limit ${max / 1_000} kB: ${verdict}`);
}
if (checks.some(({ bytes, max }) => bytes > max)) process.exitCode = 1;
