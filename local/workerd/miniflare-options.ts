import path from 'node:path';
import type { V4MiniflareOptions } from 'miniflare';
import type { WorkerDescription } from './built-worker.ts';
import { PAGE_BINDING } from './compose-entry.ts';

export interface ServeOptions {
  /** The folder `buildWorker` filled. */
  bundleDir: string;
  /** Everything the Worker stores is kept here: Durable Objects with their alarms, and R2. */
  dataDir: string;
  host: string;
  /** 0 for any free port. */
  port: number;
  /** Variables and secrets, over those of wrangler.toml. */
  vars: Record<string, string>;
}

type V4Worker = Extract<V4MiniflareOptions, { workers: unknown }>['workers'][number];

/**
 * For requests to addresses that people name: workerd lets them reach the public internet alone, after it has looked
 * the name up, so that no name leads to this machine or its neighbours.
 */
const PUBLIC_NETWORK_BINDING = 'WEBHOOK_NETWORK';
const PUBLIC_NETWORK = { network: { allow: ['public'], tlsOptions: { trustBrowserCas: true } } };

const PAGE_WORKER_SUFFIX = '-page';

/** What Miniflare is told, apart from the parts that log. Pure. */
export function miniflareOptions(worker: WorkerDescription, options: ServeOptions): V4MiniflareOptions {
  const { bundleDir, dataDir, host, port } = options;
  const pageName = `${worker.name}${PAGE_WORKER_SUFFIX}`;
  const bindings = { ...worker.options.bindings, ...options.vars };
  const pageBindings = [PAGE_BINDING, worker.assets?.binding].filter((name) => name !== undefined);
  const main: V4Worker = {
    ...worker.options,
    name: worker.name,
    bindings,
    rootPath: bundleDir,
    modulesRoot: bundleDir,
    modules: [worker.entry, ...worker.modules.filter((module) => module !== worker.entry)].map((module) => ({
      type: moduleType(module),
      path: path.join(bundleDir, module),
    })),
    serviceBindings: {
      ...(worker.assets ? Object.fromEntries(pageBindings.map((name) => [name, pageName])) : {}),
      [PUBLIC_NETWORK_BINDING]: PUBLIC_NETWORK,
    },
    // The port people and runners use leads straight to the Worker. Miniflare's own entry, which also opens
    // R2 and every binding to whoever reaches it, stays on a port of the loopback interface.
    unsafeDirectSockets: [{ host, port }],
    // Rewriting the headers of each outgoing request costs more than the request needs.
    stripCfConnectingIp: false,
  };
  return {
    host: '127.0.0.1',
    port: 0,
    // Otherwise Miniflare asks Cloudflare where on earth this machine is.
    cf: false,
    logRequests: false,
    unsafeTriggerHandlers: true,
    resourcePersistencePath: dataDir,
    resourceTmpPath: path.join(dataDir, 'tmp'),
    workers: worker.assets ? [main, pageWorker(pageName, worker, worker.assets)] : [main],
  };
}

function pageWorker(
  name: string,
  worker: WorkerDescription,
  assets: NonNullable<WorkerDescription['assets']>,
): V4Worker {
  const { compatibilityDate, compatibilityFlags } = worker.options;
  return {
    name,
    compatibilityDate,
    compatibilityFlags,
    modules: true,
    script: 'export default { fetch: () => new Response("not found", { status: 404 }) };',
    assets: {
      directory: assets.directory,
      routerConfig: { has_user_worker: false },
      assetConfig: assets.assetConfig,
    },
  };
}

function moduleType(file: string): 'ESModule' | 'CompiledWasm' | 'Text' | 'Data' {
  switch (path.extname(file)) {
    case '.js':
    case '.mjs':
      return 'ESModule';
    case '.wasm':
      return 'CompiledWasm';
    case '.bin':
      return 'Data';
    default:
      return 'Text';
  }
}
