import { homedir } from 'node:os';
import type { Logger } from 'pino';
import { claudeConfigDir, transcriptFolder } from '../claude/find-transcript.ts';
import type { Settings } from '../config/settings.ts';
import type { Check } from '../machine/check.ts';
import { RUNNER_MARK } from '../process/find-marked-processes.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

export type StartedSandbox = {
  /** Null: Claude runs without one, or not at all. */
  sandbox: Sandbox | null;
  /** Null: nobody asked for one. */
  check: Check | null;
  stop(): Promise<void>;
};

const NONE: StartedSandbox = { sandbox: null, check: null, stop: async () => undefined };

/** Starts what Claude's sandboxes need, if they are wanted, and says whether this machine can have them. */
export async function startSandbox(
  dataDir: string,
  settings: Pick<Settings, 'sandbox' | 'sandboxHosts' | 'sandboxDenyRead'>,
  env: NodeJS.ProcessEnv,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<StartedSandbox> {
  const mode = settings.sandbox;
  if (mode === 'off') return NONE;
  // Loaded when wanted: the runtime takes a tenth of a second.
  const [{ openSandbox, closeSandbox }, { judgeSandbox }] = await Promise.all([
    import('../sandbox/open-sandbox.ts'),
    import('../sandbox/check-sandbox.ts'),
  ]);
  // The runtime's helpers get this environment: what a killed runner leaves of them is found by its mark.
  process.env[RUNNER_MARK] = dataDir;
  const configDir = claudeConfigDir(env);
  const state = await openSandbox({
    mode,
    dataDir,
    configDir,
    transcriptsOf: (cwd) => transcriptFolder(configDir, cwd),
    home: env.HOME ?? homedir(),
    denyRead: settings.sandboxDenyRead,
    hosts: settings.sandboxHosts,
    env,
  });
  const check = judgeSandbox(mode, state);
  if (state.status !== 'ready') {
    log.warn({ mode, reason: check?.detail }, 'sandbox.unavailable');
    return { ...NONE, check };
  }
  log.info({ mode }, 'sandbox.ready');
  return { sandbox: state.sandbox, check, stop: closeSandbox };
}
