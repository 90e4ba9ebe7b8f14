import type { ClaudeProbe, ProbeInput } from '../claude/probe-claude.ts';
import { probeClaude } from '../claude/probe-claude.ts';
import type { Check } from './check.ts';
import { checkFailed, checkOk } from './check.ts';

export type ClaudeChecks = { version: string | null; checks: Check[] };

/** Turns what the probe found into checks, with how to mend each. */
export function judgeClaude(probe: ClaudeProbe): ClaudeChecks {
  if (probe.type === 'not_installed') {
    const detail = `${probe.executable} can't be run: ${probe.reason}`;
    const remedy =
      'Install Claude Code (npm install -g @anthropic-ai/claude-code), or set CLAUDE_CODE_PATH to its executable.';
    return {
      version: null,
      checks: [checkFailed('claude', 'broken', detail, remedy, 'not_installed')],
    };
  }
  const found = checkOk('claude', `Claude Code ${probe.version} at ${probe.executable}`);
  if (probe.type === 'not_logged_in') {
    const remedy =
      'Run `claude` once as the user of the runner and log in, or set ANTHROPIC_API_KEY (or CLAUDE_CODE_OAUTH_TOKEN, from `claude setup-token`) in its environment.';
    const login = checkFailed('login', 'broken', 'Claude Code is not logged in', remedy, 'not_logged_in');
    return { version: probe.version, checks: [found, login] };
  }
  return { version: probe.version, checks: [found, checkOk('login', `Claude Code uses ${probe.login}`)] };
}

export async function checkClaude(input: ProbeInput): Promise<ClaudeChecks> {
  return judgeClaude(await probeClaude(input));
}
