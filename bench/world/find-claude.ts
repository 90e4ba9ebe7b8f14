import { createRequire } from 'node:module';

/** The CLI that the runner uses when nothing else is asked for: the Agent SDK's own copy for this platform. */
export function findClaude(): string {
  const base = `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  for (const name of [base, `${base}-musl`]) {
    try {
      return require.resolve(`${name}/claude`);
    } catch {
      // Only the package of this platform and C library is installed.
    }
  }
  throw new Error(`${base} is not installed. Run npm ci with optional dependencies.`);
}
