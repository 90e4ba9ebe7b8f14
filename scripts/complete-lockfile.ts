import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/*
 * `npm install` drops a package's optional builds for other platforms from package-lock.json when the registry does not
 * have them at that moment; `npm ci` then fails elsewhere. This puts them back, from what their parents ask for.
 */

const entrySchema = z.looseObject({
  version: z.string().optional(),
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lockSchema = z.looseObject({ packages: z.record(z.string(), entrySchema) });
export type Lock = z.infer<typeof lockSchema>;

const OPERATING_SYSTEMS = {
  android: /android/,
  darwin: /darwin/,
  win32: /win32|windows/,
  freebsd: /freebsd/,
  linux: /linux/,
};
const PROCESSORS = { arm64: /arm64/, x64: /x64|-64$|amd64/, ia32: /ia32/, arm: /\barm\b/ };

/** A lock file with an entry for each platform's build that a package names, and the names that were missing. */
export function completeLock(lock: Lock): { lock: Lock; added: string[] } {
  const packages = { ...lock.packages };
  const added: string[] = [];
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isLocked(packages, path, name)) continue;
      const entry = platformEntry(name, version, dev === true);
      if (entry === null) continue;
      packages[`node_modules/${name}`] = entry;
      added.push(`${name}@${version}`);
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added };
}

/** Node looks for a package in each folder above. */
function isLocked(packages: Lock['packages'], path: string, name: string): boolean {
  for (let folder = path; ; ) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
  }
}

/** Null for what is no exact version of a build for one platform: that is for npm to resolve. */
function platformEntry(name: string, version: string, dev: boolean): Lock['packages'][string] | null {
  const os = keyThatFits(OPERATING_SYSTEMS, name);
  if (os === null || !/^\d+\.\d+\.\d+/.test(version)) return null;
  const cpu = keyThatFits(PROCESSORS, name);
  return {
    version,
    ...(cpu === null ? {} : { cpu: [cpu] }),
    ...(dev ? { dev } : {}),
    ...(name.includes('musl') ? { libc: ['musl'] } : {}),
    optional: true,
    os: [os],
  };
}

function keyThatFits(patterns: Readonly<Record<string, RegExp>>, name: string): string | null {
  return Object.entries(patterns).find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}

if (import.meta.main) {
  const file = process.argv[2] ?? 'package-lock.json';
  const { lock, added } = completeLock(lockSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
  if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(added.length === 0 ? `${file} is complete.` : `Added to ${file}: ${added.join(', ')}`);
}
