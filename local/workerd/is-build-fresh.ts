import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DESCRIPTION_FILE, METAFILE } from './built-worker.ts';

const metafileSchema = z.object({ inputs: z.record(z.string(), z.unknown()) });

/** Whether the bundle is newer than each of its sources, the configuration and the installed packages. */
export async function isBuildFresh(bundleDir: string, configPath: string): Promise<boolean> {
  const builtAt = await modifiedAt(path.join(bundleDir, DESCRIPTION_FILE));
  const inputs = await readInputs(bundleDir, path.dirname(configPath));
  if (builtAt === undefined || inputs === undefined) return false;
  const lockfile = path.join(import.meta.dirname, '..', '..', 'package-lock.json');
  const composing = ['compose-entry.ts', 'describe-worker.ts'].map((name) =>
    path.join(import.meta.dirname, name),
  );
  const times = await Promise.all([...inputs, configPath, lockfile, ...composing].map(modifiedAt));
  return times.every((time) => time !== undefined && time < builtAt);
}

/** esbuild names its inputs relative to the folder it ran in; a few are its own inventions, with a prefix. */
async function readInputs(bundleDir: string, sourceDir: string): Promise<string[] | undefined> {
  const text = await readFile(path.join(bundleDir, METAFILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { inputs } = metafileSchema.parse(JSON.parse(text));
  const files = Object.keys(inputs).filter((name) => !/^[\w-]+:/.test(name) && !name.startsWith('<'));
  return files.map((name) => path.resolve(sourceDir, name));
}

async function modifiedAt(file: string): Promise<number | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.mtimeMs;
}
