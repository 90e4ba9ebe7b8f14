import { randomUUID } from 'node:crypto';
import { claudeEnvironment } from '../claude/claude-environment.ts';

/** Logins and endpoints of the model: whatever a repository's command does, it needs none of them. */
const MODEL_NAMES = /^(?:ANTHROPIC_|CLAUDE_|DISABLE_|IS_SANDBOX$|SIGNALBOX_CLAUDE_PROCESS$)/;

export type CommandHost = {
  /** The runner's own environment. */
  env: Readonly<Record<string, string | undefined>>;
  /** Names that the operator's configuration adds. */
  passThrough: readonly string[];
  dataDir: string;
};

/** What a repository's command sees: what Claude's own commands see, without the model's logins. */
export function commandEnvironment({ env, passThrough, dataDir }: CommandHost): Record<string, string> {
  const claude = claudeEnvironment({ from: env, passThrough, dataDir, processMark: randomUUID() });
  const kept = Object.entries(claude).filter(([name]) => !MODEL_NAMES.test(name));
  // Watchers and prompts of build tools hold back where they see it.
  return { ...Object.fromEntries(kept), CI: 'true' };
}
