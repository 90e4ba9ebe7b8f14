import type { Role } from '../../protocol/access.ts';
import { accountOf } from '../account/account-of.ts';
import type { ProvedKey } from '../account/keys/key-desk.ts';
import type { Env } from '../env.ts';
import { parseCredential } from '../fleet/runner-credential.ts';
import { noteCache } from '../metrics/note-cache.ts';
import type { Caller } from './caller.ts';
import { sha256Hex } from './compare-hash.ts';
import type { AccountReach } from './reach.ts';

/** How long an isolate goes without asking again; so long a key may outlive its revocation elsewhere. */
const RECHECK_MS = 5_000;

/** Far above the keys that are in use at once; then every key is asked about anew. */
const MAX_KNOWN = 1_000;

/** Keys that were found right, by their hash: the key itself stays nowhere. */
const known = new Map<string, { proved: ProvedKey; atMs: number }>();

/** Who holds an API key; null when it is wrong, has expired or was revoked. */
export async function checkApiKey(env: Env, key: string, nowMs: number): Promise<Caller | null> {
  const claimed = parseCredential('sbk', key);
  if (claimed === null) return null;
  const hash = await sha256Hex(key);
  const found = known.get(hash);
  const isFresh = found !== undefined && nowMs - found.atMs < RECHECK_MS;
  noteCache(env, 'api_key', isFresh ? 'hit' : 'miss', nowMs);
  const proved = isFresh ? found.proved : await accountOf(env, claimed.account).keys.check(key);
  if (proved === null || (proved.expiresAt !== null && proved.expiresAt <= nowMs)) {
    known.delete(hash);
    return null;
  }
  if (!isFresh) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(hash, { proved, atMs: nowMs });
  }
  return callerOf(proved);
}

/** A key was changed or revoked: this isolate asks about it anew. */
export function forgetApiKey(id: string): void {
  for (const [hash, { proved }] of known) if (proved.id === id) known.delete(hash);
}

function callerOf(key: ProvedKey): Caller {
  const { account, id, name, role, repositories, source, holder, expiresAt } = key;
  // No person's login has an "@", so that no key passes for somebody.
  const login = holder?.login ?? `${name}@key`;
  return {
    person: { login, id: holder?.id ?? null, name: null, email: null },
    source,
    proof: { kind: 'api_key', id, name, expiresAt },
    reach: { kind: 'accounts', accounts: [reachOf(account, role, repositories)] },
  };
}

function reachOf(account: string, role: Role, repositories: ProvedKey['repositories']): AccountReach {
  if (repositories === 'all') return { account, role, repositories };
  return { account, role: null, repositories: new Map(repositories.map((id) => [id, role])) };
}
