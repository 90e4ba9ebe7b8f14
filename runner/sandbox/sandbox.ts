import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxManager } from '@anthropic-ai/sandbox-runtime';
import { unproxiedHosts } from './model-hosts.ts';
import { planFiles, type SandboxBase, type SandboxPlace, SCRATCH_FOLDERS } from './sandbox-plan.ts';

/** A program with its arguments. */
export type Launch = { command: string; args: string[] };

/** One process's sandbox. */
export type Enclosure = {
  /** How to start a program inside. Once. */
  launch(program: Launch): Launch;
  /** The process is gone, or was never started. Idempotent. */
  close(): void;
};

/** Encloses Claude's processes. */
export type Sandbox = { enclose(place: Omit<SandboxPlace, 'temporary'>): Promise<Enclosure> };

/** A word of the shell's. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** The one sandbox runtime of this process, which has to be started: see `openSandbox`. */
export function createSandbox(base: SandboxBase): Sandbox {
  return {
    async enclose(given) {
      const temporary = mkdtempSync(join(tmpdir(), 'signalbox-claude-'));
      let isWrapped = false;
      let isClosed = false;
      const close = (): void => {
        if (isClosed) return;
        isClosed = true;
        if (isWrapped) SandboxManager.cleanupAfterCommand();
        rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
      };
      try {
        const place = { ...given, temporary };
        // What is not there can't be made writable, nor kept from being written.
        for (const path of [
          base.transcriptsOf(place.cwd),
          ...(place.git?.write ?? []),
          ...(place.git?.deny ?? []),
        ]) {
          mkdirSync(path, { recursive: true });
        }
        for (const name of SCRATCH_FOLDERS) mkdirSync(join(base.configDir, name), { recursive: true });
        const files = planFiles(base, place);
        const argv = join(temporary, 'argv');
        const script = await SandboxManager.wrapWithSandbox(startScript(argv, temporary, base.env), 'bash', {
          filesystem: { ...files, denyWrite: files.denyWrite.filter((path) => existsSync(path)) },
        });
        isWrapped = true;
        return {
          // The arguments are known when the SDK starts the program, later than the sandbox has to be made.
          launch({ command, args }) {
            writeFileSync(argv, [command, ...args, ''].join('\0'), { mode: 0o600 });
            return { command: 'bash', args: ['-c', script] };
          },
          close,
        };
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

/** What runs inside: puts right what the sandbox sets for a shell command of a person, and becomes the program. */
function startScript(argv: string, temporary: string, env: SandboxBase['env']): string {
  const direct = unproxiedHosts(env);
  const variables = {
    TMPDIR: temporary,
    CLAUDE_CODE_TMPDIR: temporary,
    NO_PROXY: direct,
    no_proxy: direct,
  };
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return [
    ...exports,
    'unset JAVA_TOOL_OPTIONS CLAUDE_CODE_HOST_HTTP_PROXY_PORT CLAUDE_CODE_HOST_SOCKS_PROXY_PORT',
    `mapfile -d '' -t argv < ${quoted(argv)}`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an array of bash's
    'exec "${argv[@]}"',
  ].join('\n');
}
