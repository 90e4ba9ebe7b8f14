import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const entrySchema = z.looseObject({
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lockSchema = z.looseObject({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), entrySchema),
});
export type Lock = z.infer<typeof lockSchema>;

export type JobPackage = { manifest: Record<string, unknown>; lock: Record<string, unknown> };

export async function readLock(path: string): Promise<Lock> {
  return lockSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}

/**
 * A package that needs only these of ours, and its lock file: the same versions and checksums as here. Peers are left
 * out: what is asked for works without (`npm ci --legacy-peer-deps`).
 *
 * @throws Error when one of them is not locked here
 */
export function lockFor(lock: Lock, names: readonly string[]): JobPackage {
  const packages: Record<string, Record<string, unknown>> = {};
  const add = (from: string, name: string, isOptional: boolean): void => {
    const path = findLocked(lock, from, name);
    if (path === null && isOptional) return;
    if (path === null)
      throw new Error(`${name}, which ${from || 'the runner'} needs, is not in the lock file.`);
    if (path in packages) return;
    const entry = lock.packages[path] ?? {};
    const { dev: _dev, peer: _peer, devOptional: _both, ...kept } = entry;
    packages[path] = kept;
    for (const each of Object.keys(entry.dependencies ?? {})) add(path, each, false);
    for (const each of Object.keys(entry.optionalDependencies ?? {})) add(path, each, true);
  };
  for (const name of names) add('', name, false);
  const root = lock.packages[''] ?? {};
  const dependencies = Object.fromEntries(
    names.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? '']),
  );
  const about = { name: 'signalbox-job-runner', version: root.version ?? '0.0.0' };
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    manifest: { ...about, private: true, type: 'module', dependencies },
    lock: {
      ...about,
      lockfileVersion: 3,
      requires: true,
      packages: { '': { ...about, dependencies }, ...sorted },
    },
  };
}

/** Where Node would find a package from another one: beside it, or further up. */
function findLocked({ packages }: Lock, from: string, name: string): string | null {
  const steps = from === '' ? [] : from.split('/node_modules/');
  for (let depth = steps.length; depth >= 0; depth -= 1) {
    const path = [...steps.slice(0, depth), name].join('/node_modules/');
    const found = path.startsWith('node_modules/') ? path : `node_modules/${path}`;
    if (found in packages) return found;
  }
  return null;
}
