import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A phone on a slow line has the page in about a second up to here. */
const MAX_PAGE_SCRIPT_BYTES = 60_000;

/** Cloudflare's limit for a compressed Worker on the free plan is 3 MB; start-up time grows long before it. */
const MAX_WORKER_BYTES = 1_000_000;

function compressedBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
}

const root = join(import.meta.dirname, '..');
const checks = [
  { name: 'page script', bytes: compressedBytes(join(root, 'dist/web')), max: MAX_PAGE_SCRIPT_BYTES },
  { name: 'Worker', bytes: compressedBytes(join(root, 'dist/worker')), max: MAX_WORKER_BYTES },
];
for (const { name, bytes, max } of checks) {
  const verdict = bytes <= max ? 'ok' : 'TOO LARGE';
  console.log(`${name}: ${(bytes / 1_000).toFixed(1)} kB compressed, limit ${max / 1_000} kB: ${verdict}`);
}
if (checks.some(({ bytes, max }) => bytes > max)) process.exitCode = 1;
