import type { Settings } from '../config/settings.ts';

/** Names whose values are secrets. Others (a region, a profile) are ordinary words and stay readable. */
const SECRET_NAME =
  /(?:KEY|TOKENS?|SECRETS?|PASS(?:WORD|WD|PHRASE)?|CREDENTIALS?|AUTH)(?:_(?:ID|VALUE|BASE64|JSON))?$/i;

/** Where a secret lies is none itself, and turns up in honest messages. */
const PATH = /^~?(?:\/[\w.@+-]+){2,}\/?$/;

const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i;

/**
 * What must never appear in an event or in the log: the runner's credential, and every secret of its environment,
 * whether Claude gets it or not.
 */
export function secretValues(
  { credential, passEnvironment }: Pick<Settings, 'credential' | 'passEnvironment'>,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const found = Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || value === '') return [];
    const password = PASSWORD_IN_URL.exec(value)?.[1];
    if (password !== undefined) return [password];
    const isSecret =
      SECRET_NAME.test(name) || (passEnvironment.includes(name) && /KEY|TOKEN|SECRET/i.test(name));
    return isSecret && !PATH.test(value) ? [value] : [];
  });
  return [credential, ...found];
}
