import { KnownValues } from '../redact/known-values.ts';
import { Redactor } from '../redact/redactor.ts';

const AUTHORIZATION = /(authorization:\s*(?:basic|bearer|token)\s+)[^\s'"]+/gi;
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi;

const shapes = new Redactor(new KnownValues());

/**
 * Removes what looks like a credential, and each of `secrets` wherever it stands, from what git printed. Also what is
 * too short or too plain to be looked for in other texts: in a URL of git's, whatever stands before the host is one.
 */
export function redactCredentials(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length > 0) clean = clean.replaceAll(secret, '[redacted]');
  }
  return shapes.text(clean.replace(AUTHORIZATION, '$1[redacted]').replace(USER_INFO, '$1[redacted]@'));
}
