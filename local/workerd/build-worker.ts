import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unstable_readConfig } from 'wrangler';
import { DESCRIPTION_FILE, METAFILE, readBuiltWorker } from './built-worker.ts';
import { DEFAULT_BUNDLE_DIR } from './bundle-dir.ts';
import { describeWorker, ENTRY_FILE } from './describe-worker.ts';
import { isBuildFresh } from './is-build-fresh.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const DEFAULT_CONFIG = path.join(ROOT, 'wrangler.toml');

/** A build takes 2 s on an idle machine. */
const BUILD_DEADLINE_MS = 120_000;

export interface BuildOptions {
  configPath?: string;
  bundleDir?: string;
}

/**
 * Bundles the Worker with wrangler, as a deployment does, into a folder that `serveWorker` can run.
 * Does nothing when the folder is newer than everything that went into it.
 */
export async function buildWorker(options: BuildOptions = {}): Promise<'built' | 'up_to_date'> {
  const configPath = path.resolve(options.configPath ?? DEFAULT_CONFIG);
  const bundleDir = path.resolve(options.bundleDir ?? DEFAULT_BUNDLE_DIR);
  if (await isBuildFresh(bundleDir, configPath)) return 'up_to_date';

  // wrangler refuses to build while the folder of the page is missing.
  const { assets } = unstable_readConfig({ config: configPath }, { hideWarnings: true });
  if (assets?.directory)
    await mkdir(path.resolve(path.dirname(configPath), assets.directory), { recursive: true });

  await mkdir(path.dirname(bundleDir), { recursive: true });
  // Built aside and moved into place, so that nobody ever reads half of it.
  const scratch = await mkdtemp(`${bundleDir}.building-`);
  try {
    await bundle(configPath, scratch);
    const files = await readdir(scratch, { recursive: true });
    const { description, entrySource } = describeWorker(configPath, files.filter(isModule));
    await writeFile(path.join(scratch, ENTRY_FILE), entrySource);
    await writeFile(path.join(scratch, DESCRIPTION_FILE), JSON.stringify(description, null, 2));
    await replaceFolder(scratch, bundleDir);
    await readBuiltWorker(bundleDir);
    return 'built';
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function bundle(configPath: string, outDir: string): Promise<void> {
  const wrangler = path.join(
    path.dirname(fileURLToPath(import.meta.resolve('wrangler'))),
    '..',
    'bin',
    'wrangler.js',
  );
  const args = [
    'deploy',
    '--dry-run',
    '--outdir',
    outDir,
    '--metafile',
    path.join(outDir, METAFILE),
    '--config',
    configPath,
  ];
  try {
    await promisify(execFile)(process.execPath, [wrangler, ...args], {
      cwd: path.dirname(configPath),
      timeout: BUILD_DEADLINE_MS,
      killSignal: 'SIGKILL',
      env: {
        ...process.env,
        // With these a build makes no connection to anywhere; the banner is what asks npm for a newer version.
        WRANGLER_HIDE_BANNER: 'true',
        WRANGLER_SEND_METRICS: 'false',
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
        WRANGLER_LOG_PATH: outDir,
        FORCE_COLOR: '0',
      },
    });
  } catch (cause) {
    const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : '';
    throw new Error(`The Worker of ${configPath} can't be bundled:\n${output.trim() || cause}`, { cause });
  }
}

function isModule(file: string): boolean {
  return /\.(js|mjs|wasm|txt|html|sql|bin)$/.test(file);
}

/** Two builds may end at once; the later one wins and the other's folder is gone. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${from}-old`;
  await rename(to, old).catch(ignoreMissing);
  try {
    await rename(from, to);
  } catch (error) {
    if (!(await stat(path.join(to, DESCRIPTION_FILE)).catch(() => undefined))) throw error;
  } finally {
    await rm(old, { recursive: true, force: true });
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

if (import.meta.main) {
  const [bundleDir] = process.argv.slice(2);
  try {
    const result = await buildWorker({ bundleDir });
    console.log(result === 'built' ? 'The Worker is built.' : 'The Worker is up to date.');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
