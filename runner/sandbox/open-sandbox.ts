import { spawn } from 'node:child_process';
import { SandboxManager } from '@anthropic-ai/sandbox-runtime';
import { modelHosts } from './model-hosts.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import type { SandboxMode } from './sandbox-mode.ts';
import type { SandboxBase } from './sandbox-plan.ts';

export type SandboxState =
  | { status: 'off' }
  | { status: 'ready'; sandbox: Sandbox }
  | { status: 'unavailable'; reason: string };

/** `true` in a sandbox takes 40 ms; a machine that can't do it may hang in a kernel call. */
const PROBE_TIMEOUT_MS = 20_000;

const PROBE_TEXT_CHARS = 500;

export type SandboxInput = SandboxBase & {
  mode: SandboxMode;
  /** Hosts that Claude's programs may reach besides the model's: `registry.npmjs.org`, `*.internal:443`. */
  hosts: readonly string[];
};

/**
 * Starts the sandbox runtime of this process (a proxy that knows the allowed hosts) and sees whether a program runs in
 * it. Once a process: another configuration needs `closeSandbox` first.
 */
export async function openSandbox(input: SandboxInput): Promise<SandboxState> {
  if (input.mode === 'off') return { status: 'off' };
  const missing = SandboxManager.isSupportedPlatform()
    ? SandboxManager.checkDependencies().errors
    : [NOT_HERE];
  if (missing.length > 0) return { status: 'unavailable', reason: missing.join('; ') };
  try {
    await SandboxManager.initialize({
      network: {
        allowedDomains: [...modelHosts(input.env), ...input.hosts],
        deniedDomains: [],
        strictAllowlist: true,
      },
      filesystem: { denyRead: [], allowRead: [], allowWrite: [], denyWrite: [] },
      // The runner's own working folder is not what is protected here.
      mandatoryDenySearchDepth: 1,
    });
    const reason = await probe();
    if (reason === null) return { status: 'ready', sandbox: createSandbox(input) };
    await closeSandbox();
    return { status: 'unavailable', reason };
  } catch (error) {
    await closeSandbox();
    return { status: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
  }
}

const NOT_HERE = `there is no sandbox for ${process.platform} here`;

/** Ends the proxy and its helpers. */
export async function closeSandbox(): Promise<void> {
  await SandboxManager.reset();
}

/** Runs `true` inside. @returns what it complained about, null when it ran. */
async function probe(): Promise<string | null> {
  const script = await SandboxManager.wrapWithSandbox('true', 'bash');
  try {
    return await new Promise((resolve) => {
      const child = spawn('bash', ['-c', script], {
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: PROBE_TIMEOUT_MS,
        killSignal: 'SIGKILL',
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(0, PROBE_TEXT_CHARS);
      });
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) =>
        resolve(code === 0 ? null : said.trim() || `the probe ended with ${signal ?? `code ${code}`}`),
      );
    });
  } finally {
    SandboxManager.cleanupAfterCommand();
  }
}
