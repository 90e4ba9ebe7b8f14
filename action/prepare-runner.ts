import { execFile } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The SDK is 5 MB, Claude Code 100 more. */
const INSTALL_DEADLINE_MS = 5 * 60_000;

/** What the runner loads from npm; where it can be found already, nothing is installed. */
const NEEDED = '@anthropic-ai/claude-agent-sdk';

export type PrepareSpec = {
  /** The folder of the bundles. */
  bundleDir: string;
  /** A folder of this job's own. */
  folder: string;
  /** Claude Code comes from npm, too. */
  withClaude: boolean;
  env: Record<string, string>;
};

export class PrepareError extends Error {}

/**
 * Makes the runner's program ready: its bundle, and from npm, in the versions and with the checksums that were tested,
 * what may not be handed out with it.
 *
 * @returns the program
 * @throws PrepareError
 */
export async function prepareRunner({ bundleDir, folder, withClaude, env }: PrepareSpec): Promise<string> {
  const bundle = join(bundleDir, 'runner.js');
  if (isThere(bundle)) return bundle;
  // The bundle looks for its version two folders up, and for packages in every folder above it.
  const program = join(folder, 'action/bundle/runner.js');
  await mkdir(join(folder, 'action/bundle'), { recursive: true });
  await copyFile(bundle, program);
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(join(bundleDir, 'job', name), join(folder, name));
  }
  const omitted = withClaude ? [] : ['--omit=optional'];
  const args = ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', ...omitted];
  try {
    await run('npm', args, { cwd: folder, env, timeout: INSTALL_DEADLINE_MS });
  } catch (cause) {
    const said =
      cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().slice(-1_000) : String(cause);
    throw new PrepareError(
      `npm could not install what the runner needs: ${said} "runner: job" needs npm on the PATH and its registry; actions/setup-node brings npm.`,
      { cause },
    );
  }
  return program;
}

/** In a checkout of the whole project, or where somebody has installed it beside the Action. */
function isThere(bundle: string): boolean {
  try {
    createRequire(bundle).resolve(NEEDED);
    return true;
  } catch {
    return false;
  }
}
