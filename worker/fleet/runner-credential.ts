import { type AccountKey, accountKeySchema } from '../../protocol/ids.ts';
import { type CredentialPrefix, splitCredential } from '../../protocol/runner-credential.ts';
import { fromBase64Url, toBase64Url } from '../access/base64url.ts';

/** 256 bits: can't be guessed, and needs no slow hash. */
const SECRET_BYTES = 32;

/** Makes a credential in the form of `protocol/runner-credential.ts`. */
export function makeCredential(
  prefix: CredentialPrefix,
  account: AccountKey,
  id: string,
  secret: Uint8Array,
): string {
  return `${prefix}_${toBase64Url(new TextEncoder().encode(account))}.${id}.${toBase64Url(secret)}`;
}

export function randomSecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
}

/** Reads whose credential it claims to be. Proves nothing. @returns null when it has another shape. */
export function parseCredential(
  prefix: CredentialPrefix,
  credential: string,
): { account: AccountKey; id: string } | null {
  const parts = splitCredential(prefix, credential);
  const encoded = parts === null ? null : fromBase64Url(parts.encodedAccount);
  if (parts === null || encoded === null) return null;
  const account = accountKeySchema.safeParse(new TextDecoder().decode(encoded));
  return account.success ? { account: account.data, id: parts.id } : null;
}
