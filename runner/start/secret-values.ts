import type { Settings } from '../config/settings.ts';

/** Names whose values are secrets. Others (a region, a profile) are ordinary words and stay readable. */
const SECRET_NAME = /(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL)/i;

/** The model's logins come through by these names without being configured. */
const MODEL_PREFIXES = ['ANTHROPIC_', 'CLAUDE_CODE_'];

/** What must never appear in an event: the runner's credential and the secrets that Claude's environment holds. */
export function secretValues(
  { credential, passEnvironment }: Pick<Settings, 'credential' | 'passEnvironment'>,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const isPassed = (name: string): boolean =>
    passEnvironment.includes(name) || MODEL_PREFIXES.some((prefix) => name.startsWith(prefix));
  const passed = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value !== '' && SECRET_NAME.test(name) && isPassed(name) ? [value] : [],
  );
  return [credential, ...passed];
}
