import { type AccountKey, accountKeySchema, type RunnerId } from '../../protocol/ids.ts';
import { splitCredential } from '../../protocol/runner-credential.ts';

/** Who a runner is: what its own credential says, not what somebody tells it. */
export type OwnIdentity = { runnerId: RunnerId; account: AccountKey };

/** @returns null when the text has not the form of a runner credential. */
export function identityOf(credential: string): OwnIdentity | null {
  const parts = splitCredential('sbr', credential);
  if (parts === null) return null;
  const decoded = Buffer.from(parts.encodedAccount, 'base64url').toString('utf8');
  const account = accountKeySchema.safeParse(decoded);
  return account.success ? { runnerId: parts.id, account: account.data } : null;
}
