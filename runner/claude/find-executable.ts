import { createRequire } from 'node:module';
import path from 'node:path';

/** The SDK's own copy of the CLI lies in a package for each platform; musl has another one than glibc. */
function platformPackages(): string[] {
  const base = `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}`;
  return process.platform === 'linux' ? [base, `${base}-musl`] : [base];
}

/**
 * The Claude Code executable: the operator's choice, else the one that came with the SDK, else `claude` from the
 * PATH.
 */
export function findExecutable(chosen: string | null | undefined): string {
  if (chosen) return path.isAbsolute(chosen) || !chosen.includes(path.sep) ? chosen : path.resolve(chosen);
  const require = createRequire(import.meta.url);
  for (const name of platformPackages()) {
    try {
      return require.resolve(`${name}/claude`);
    } catch {
      // Optional dependencies may have been left out; the next one, or the PATH, will do.
    }
  }
  return 'claude';
}
