import type { Role } from '../../../protocol/access.ts';
import type { AccountKey } from '../../../protocol/ids.ts';
import type { ChangeKeyBody, KeyRepositories, KeyView } from '../../../protocol/keys.ts';
import type { MessageSource } from '../../../protocol/task.ts';
import { matchesHash, sha256Hex } from '../../access/compare-hash.ts';
import type { Refused } from '../../contracts.ts';
import { makeCredential, parseCredential, randomSecret } from '../../fleet/runner-credential.ts';
import type { AccountParts } from '../account-parts.ts';
import { type KeyHolder, KeyStore, type StoredKey } from './key-store.ts';

/** A list of more keys than this helps nobody to keep order in them. */
const MAX_ACTIVE_KEYS = 500;

/** Runs of GitHub Actions within the life of such a key. */
const MAX_ACTIVE_RUN_KEYS = 5_000;

/** "Who used this key?" is asked later; of runs, GitHub keeps its own log. */
const KEEP_MS = 30 * 24 * 3_600_000;
const KEEP_OF_RUNS_MS = 24 * 3_600_000;

const LIST_LIMIT = MAX_ACTIVE_KEYS + MAX_ACTIVE_RUN_KEYS;

/** `lastUsedAt` is right to this; each use would else be a write. */
const USE_STEP_MS = 60_000;

export type KeyRequest = {
  id: string;
  name: string;
  role: Role;
  repositories: KeyRepositories;
  source: MessageSource;
  holder: KeyHolder | null;
  createdBy: string;
  expiresAt: number | null;
};

/** What a key that was found right stands for. */
export type ProvedKey = {
  account: AccountKey;
  id: string;
  name: string;
  role: Role;
  repositories: KeyRepositories;
  source: MessageSource;
  holder: KeyHolder | null;
  expiresAt: number | null;
};

/** An account's API keys. */
export class KeyDesk {
  readonly #parts: AccountParts;
  readonly #store: KeyStore;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#store = new KeyStore(parts.storage.sql);
  }

  /** Makes a key; only its hash is kept. */
  async create(asked: KeyRequest): Promise<{ status: 'created'; key: string; view: KeyView } | Refused> {
    const key = makeCredential('sbk', this.#parts.account, asked.id, randomSecret());
    const hash = await sha256Hex(key);
    const nowMs = this.#parts.now();
    this.#store.prune(nowMs - KEEP_MS, nowMs - KEEP_OF_RUNS_MS);
    // Such a key is named after the token that it was made for, which is good once.
    if (this.#store.find(asked.id) !== null) return usedAlready();
    const ofRuns = asked.source === 'action';
    const limit = ofRuns ? MAX_ACTIVE_RUN_KEYS : MAX_ACTIVE_KEYS;
    if (this.#store.countActive(ofRuns, nowMs) >= limit) return tooMany(limit);
    const stored: StoredKey = {
      ...asked,
      hash,
      createdAt: nowMs,
      lastUsedAt: null,
      revokedAt: null,
      revokedBy: null,
    };
    this.#store.save(stored);
    return { status: 'created', key, view: this.#view(stored) };
  }

  /** Newest first, those that have ended lately too. */
  list(): KeyView[] {
    return this.#store.list(LIST_LIMIT).map((key) => this.#view(key));
  }

  find(id: string): KeyView | null {
    const key = this.#store.find(id);
    return key === null ? null : this.#view(key);
  }

  /** @returns null when there is no such key; one that has ended stays as it was */
  change(id: string, { name, role, repositories }: ChangeKeyBody): KeyView | null {
    const key = this.#store.find(id);
    if (key === null) return null;
    const changed = {
      ...key,
      name: name ?? key.name,
      role: role ?? key.role,
      repositories: repositories ?? key.repositories,
    };
    if (this.#statusOf(key) === 'active') this.#store.save(changed);
    return this.find(id);
  }

  /** Ends a key for good. @returns false when there is no such key */
  revoke(id: string, by: string): boolean {
    const key = this.#store.find(id);
    if (key === null) return false;
    if (key.revokedAt === null) {
      this.#store.save({ ...key, revokedAt: this.#parts.now(), revokedBy: by });
    }
    return true;
  }

  /** Whether a key is right and works. @returns null when it does not */
  async check(key: string): Promise<ProvedKey | null> {
    const id = parseCredential('sbk', key)?.id ?? '';
    // The hash is computed in any case, so that an unknown key takes as long as a wrong secret.
    const matches = await matchesHash(key, this.#store.find(id)?.hash ?? '');
    const stored = this.#store.find(id);
    if (stored === null || !matches || this.#statusOf(stored) !== 'active') return null;
    const nowMs = this.#parts.now();
    if (nowMs - (stored.lastUsedAt ?? 0) >= USE_STEP_MS) this.#store.noteUse(id, nowMs);
    const { name, role, repositories, source, holder, expiresAt } = stored;
    return { account: this.#parts.account, id, name, role, repositories, source, holder, expiresAt };
  }

  #statusOf({ revokedAt, expiresAt }: StoredKey): KeyView['status'] {
    if (revokedAt !== null) return 'revoked';
    return expiresAt !== null && expiresAt <= this.#parts.now() ? 'expired' : 'active';
  }

  #view(key: StoredKey): KeyView {
    const { hash: _hash, holder: _holder, ...shown } = key;
    return { ...shown, account: this.#parts.account, status: this.#statusOf(key) };
  }
}

function usedAlready(): Refused {
  const message = 'The token was exchanged for a key already.';
  return { status: 'refused', code: 'conflict', message, remedy: 'Ask GitHub for another token.' };
}

function tooMany(limit: number): Refused {
  return {
    status: 'refused',
    code: 'queue_full',
    message: `There are ${limit} active keys of this kind already.`,
    remedy: 'Revoke those that nobody needs (DELETE /api/keys/:id), then try again.',
  };
}
