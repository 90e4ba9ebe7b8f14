import type { RunnerId } from '../../protocol/ids.ts';
import { matchesHash } from '../access/compare-hash.ts';
import type { FleetStore } from './fleet-store.ts';
import { isOver } from './runner-bound.ts';
import { parseCredential } from './runner-credential.ts';

/** Whose credential it is; null when it is wrong, or its runner was removed or has had its time. */
export async function proveRunner(
  store: FleetStore,
  credential: string,
  now: () => number,
): Promise<{ id: RunnerId; name: string } | null> {
  const claimed = parseCredential('sbr', credential);
  const row = claimed === null ? undefined : store.runners.get(claimed.id);
  // The hash is computed in any case, so that an unknown runner takes as long as a wrong secret.
  const matches = await matchesHash(credential, row?.credentialHash ?? '');
  if (!matches || row === undefined || isOver(row.bound, now())) return null;
  return { id: row.id, name: row.name };
}
