import { type AccountKey, accountKeySchema, type RunnerId, runnerIdSchema } from '../../protocol/ids.ts';

/** Finds a runner's Fleet without a look-up: `sbr_<base64url(account)>.<runner id>.<secret, base64url>`. */
const PATTERN = /^sbr_([\w-]+)\.([0-9a-f-]{36})\.([\w-]{43})$/;

/** 256 bits: can't be guessed, and needs no slow hash. */
const SECRET_BYTES = 32;

export function makeRunnerCredential(account: AccountKey, runnerId: RunnerId, secret: Uint8Array): string {
  return `sbr_${toBase64Url(new TextEncoder().encode(account))}.${runnerId}.${toBase64Url(secret)}`;
}

export function randomRunnerSecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
}

/** Reads whose credential it claims to be. Proves nothing. @returns null when it has another shape. */
export function parseRunnerCredential(
  credential: string,
): { account: AccountKey; runnerId: RunnerId } | null {
  const [, encodedAccount = '', id = ''] = PATTERN.exec(credential) ?? [];
  const account = accountKeySchema.safeParse(fromBase64Url(encodedAccount));
  const runnerId = runnerIdSchema.safeParse(id);
  return account.success && runnerId.success ? { account: account.data, runnerId: runnerId.data } : null;
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

function fromBase64Url(text: string): string | null {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return null;
  }
}
