import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** Written beside the bundle: what wrangler.toml says, so that a start needs neither wrangler nor its 0.8 s. */
export const DESCRIPTION_FILE = 'worker-description.json';

/** esbuild's list of what went into the bundle. */
export const METAFILE = 'bundle-meta.json';

/** The part of wrangler's asset options that says where the page is and how it is served. */
export const assetsSchema = z.object({
  directory: z.string(),
  binding: z.string().optional(),
  routerConfig: z.object({
    static_routing: z
      .object({ user_worker: z.array(z.string()), asset_worker: z.array(z.string()).optional() })
      .optional(),
  }),
  assetConfig: z.record(z.string(), z.unknown()),
});

export const descriptionSchema = z.object({
  /** The Worker's name in wrangler.toml; part of where its Durable Objects are stored. */
  name: z.string(),
  /** The module that workerd starts with. */
  entry: z.string(),
  /** Every module of the bundle, the entry among them, relative to the bundle's folder. */
  modules: z.array(z.string()),
  assets: assetsSchema.optional(),
  crons: z.array(z.string()),
  /** Bindings and the rest as Miniflare takes them, which validates them with a schema of its own. */
  options: z.looseObject({
    compatibilityDate: z.string().optional(),
    compatibilityFlags: z.array(z.string()).optional(),
    bindings: z.record(z.string(), z.json()).optional(),
  }),
});

export type WorkerDescription = z.infer<typeof descriptionSchema>;

/** Reads what `buildWorker` left in `bundleDir`; throws with what to do when there is none. */
export async function readBuiltWorker(bundleDir: string): Promise<WorkerDescription> {
  const file = path.join(bundleDir, DESCRIPTION_FILE);
  try {
    return descriptionSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} is not a built Worker: run \`node local/workerd/build-worker.ts\` first.`, {
      cause,
    });
  }
}
