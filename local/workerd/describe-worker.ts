import path from 'node:path';
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler';
import type { WorkerDescription } from './built-worker.ts';
import { assetsSchema, descriptionSchema } from './built-worker.ts';
import type { AssetRouting } from './compose-entry.ts';
import { composeEntry } from './compose-entry.ts';

export const ENTRY_FILE = 'signalbox-entry.js';

/** What a build of wrangler.toml needs beside the bundle itself. */
export interface ComposedWorker {
  description: WorkerDescription;
  entrySource: string;
}

/**
 * Reads wrangler.toml through wrangler, so that bindings, classes, flags and routes are written down once.
 * `modules` are the files of the bundle, relative to its folder.
 */
export function describeWorker(configPath: string, modules: readonly string[]): ComposedWorker {
  const config = unstable_readConfig({ config: configPath }, { hideWarnings: true });
  if (!config.name || !config.main) throw new Error(`${configPath} needs a name and a main module.`);
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config);
  // Rules for modules are the bundler's business, and Miniflare refuses them for a finished bundle.
  const { modulesRules: _, assets: rawAssets, ...options } = workerOptions;
  const assets = assetsSchema.optional().parse(rawAssets);
  const bundle = `${path.parse(config.main).name}.js`;
  return {
    description: descriptionSchema.parse({
      name: config.name,
      entry: ENTRY_FILE,
      modules: [...modules, ENTRY_FILE],
      crons: config.triggers.crons ?? [],
      assets,
      // Not wrangler's own reading of the variables, which mixes in the secrets of .dev.vars: this is written to disk.
      options: { ...options, bindings: config.vars },
    }),
    entrySource: composeEntry(bundle, readRouting(configPath, assets)),
  };
}

function readRouting(configPath: string, assets: WorkerDescription['assets']): AssetRouting {
  if (!assets) return { toWorker: ['*'], toPage: [] };
  const routing = assets.routerConfig.static_routing;
  if (!routing) {
    throw new Error(`${configPath}: assets.run_worker_first must be a list of paths that go to the Worker.`);
  }
  return { toWorker: routing.user_worker, toPage: routing.asset_worker ?? [] };
}
