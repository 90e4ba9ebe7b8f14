import type { AccountKey, RunnerId } from '../../protocol/ids.ts';
import type { RegistrationTokenView } from '../../protocol/registration.ts';
import { matchesHash, sha256Hex } from '../access/compare-hash.ts';
import type { NewRegistrationToken, Refused, RegisteredRunner } from '../contracts.ts';
import type { RunnerRow } from './fleet-state.ts';
import type { FleetStore } from './fleet-store.ts';
import { type FleetOutboxEntry, runnerRecordWrite } from './fleet-writes.ts';
import { type RegistrationToken, type RegistrationTokens, viewToken } from './registration-tokens.ts';
import { makeCredential, parseCredential, randomSecret } from './runner-credential.ts';

/** Far above any roll-out; more are a mistake of a script. */
const MAX_OPEN_TOKENS = 500;

export type RegistrationDeps = {
  store: FleetStore;
  tokens: RegistrationTokens;
  now: () => number;
  newId: () => string;
  tell: (entry: FleetOutboxEntry) => void;
  /** Ends what is connected with a credential that counts no more. */
  disconnect: (runnerId: RunnerId, reason: string) => void;
};

type Prepared = { runnerId: RunnerId; credential: string; credentialHash: string };

/** How runners come to be: by an admin's word, or by a token that an admin gave away. */
export class Registration {
  readonly #deps: RegistrationDeps;

  constructor(deps: RegistrationDeps) {
    this.#deps = deps;
  }

  async addRunner(account: AccountKey, name: string): Promise<RegisteredRunner> {
    const prepared = await prepare(account, this.#deps.newId());
    this.#saveRunner(newRunner(account, name, prepared, this.#deps.now()));
    return { id: prepared.runnerId, name, credential: prepared.credential, labels: [] };
  }

  async makeToken(
    account: AccountKey,
    asked: NewRegistrationToken,
  ): Promise<{ status: 'made'; id: string; token: string; expiresAt: number } | Refused> {
    const { tokens, now, newId } = this.#deps;
    const id = newId();
    const token = makeCredential('sbt', account, id, randomSecret());
    const hash = await sha256Hex(token);
    const createdAt = now();
    tokens.prune(createdAt);
    if (tokens.countOpen(createdAt) >= MAX_OPEN_TOKENS) return tooMany();
    const { name, labels, expiresAt, bound = null } = asked;
    tokens.add({ id, hash, name, labels, createdAt, expiresAt, use: null, bound });
    return { status: 'made', id, token, expiresAt };
  }

  list(): RegistrationTokenView[] {
    const { tokens, now } = this.#deps;
    return tokens.list().map((token) => viewToken(token, now()));
  }

  /** Whether a token is open that a job of GitHub's may still use. */
  awaitsJobRunner(): boolean {
    const { tokens, now } = this.#deps;
    const nowMs = now();
    return tokens
      .list()
      .some(({ bound, use, expiresAt }) => bound !== null && use === null && expiresAt > nowMs);
  }

  revoke(id: string): boolean {
    return this.#deps.tokens.remove(id);
  }

  /**
   * Uses a token up. The same token and nonce again (the answer was lost) gives the same runner a fresh credential in
   * place of the former one, as long as the token lives; any other nonce is refused.
   */
  async register(
    account: AccountKey,
    token: string,
    { nonce, name }: { nonce: string; name: string | null },
  ): Promise<({ status: 'registered' } & RegisteredRunner) | Refused> {
    const { tokens, newId } = this.#deps;
    const id = parseCredential('sbt', token)?.id ?? '';
    const before = tokens.find(id);
    // The hash is computed in any case, so that an unknown token takes as long as a wrong secret.
    const matches = await matchesHash(token, before?.hash ?? '');
    if (before === null || !matches) return wrongToken();
    const nonceHash = await sha256Hex(nonce);
    const prepared = await prepare(account, before.use?.runnerId ?? newId());
    // From here on there is no await: of two that come at once, one finds the token used.
    const found = tokens.find(id);
    if (found === null) return wrongToken();
    if (found.use !== null && found.use.nonceHash !== nonceHash) return usedToken(this.#nameOf(found));
    if (found.use !== null && found.use.runnerId !== prepared.runnerId) return usedThisMoment();
    if (found.expiresAt <= this.#deps.now()) return expiredToken(found);
    const runner =
      found.use === null
        ? this.#begin(account, found, prepared, nonceHash, name)
        : this.#renew(found.use.runnerId, prepared);
    if (runner === null) return removedRunner();
    const { runnerId, credential } = prepared;
    return { status: 'registered', id: runnerId, name: runner.name, credential, labels: found.labels };
  }

  #begin(
    account: AccountKey,
    token: RegistrationToken,
    prepared: Prepared,
    nonceHash: string,
    name: string | null,
  ): RunnerRow {
    const at = this.#deps.now();
    const { runnerId } = prepared;
    this.#deps.tokens.use(token.id, { at, nonceHash, runnerId });
    const made = newRunner(account, token.name ?? name ?? 'runner', prepared, at);
    const runner = token.bound === null ? made : { ...made, bound: token.bound };
    this.#saveRunner(runner);
    return runner;
  }

  #renew(runnerId: RunnerId, { credentialHash }: Prepared): RunnerRow | null {
    const { store, disconnect } = this.#deps;
    const known = store.runners.get(runnerId);
    if (known === undefined) return null;
    const runner = { ...known, credentialHash };
    store.saveRunner(runner);
    disconnect(runnerId, 'This runner was registered again.');
    return runner;
  }

  #saveRunner(runner: RunnerRow): void {
    const { store, tell, now } = this.#deps;
    store.saveRunner(runner);
    tell(runnerRecordWrite(runner, 'offline', now()));
  }

  #nameOf({ use }: RegistrationToken): string {
    const runner = use === null ? undefined : this.#deps.store.runners.get(use.runnerId);
    return runner === undefined ? 'a runner that was removed since' : `the runner "${runner.name}"`;
  }
}

async function prepare(account: AccountKey, runnerId: RunnerId): Promise<Prepared> {
  const credential = makeCredential('sbr', account, runnerId, randomSecret());
  return { runnerId, credential, credentialHash: await sha256Hex(credential) };
}

function newRunner(
  account: AccountKey,
  name: string,
  { runnerId, credentialHash }: Prepared,
  createdAt: number,
): RunnerRow {
  return {
    id: runnerId,
    account,
    name,
    credentialHash,
    labels: [],
    capacity: 0,
    version: null,
    claudeVersion: null,
    platform: null,
    draining: false,
    metrics: null,
    lastSeenAt: null,
    missingSince: null,
    createdAt,
  };
}

const NEW_TOKEN = 'Make a new one with POST /api/runners/registration-tokens; each registers one runner.';

function wrongToken(): Refused {
  const message = 'The registration token is wrong or was revoked.';
  return { status: 'refused', code: 'unauthorized', message, remedy: NEW_TOKEN };
}

function expiredToken({ expiresAt }: RegistrationToken): Refused {
  const message = `The registration token expired at ${new Date(expiresAt).toISOString()}.`;
  return { status: 'refused', code: 'unauthorized', message, remedy: NEW_TOKEN };
}

function usedToken(by: string): Refused {
  const message = `The registration token was used already, for ${by}.`;
  const remedy = `${NEW_TOKEN} If it was not you who used it, remove that runner and find out who saw the token.`;
  return { status: 'refused', code: 'conflict', message, remedy };
}

function usedThisMoment(): Refused {
  const message = 'The registration token is being used at this moment by another request of this runner.';
  return { status: 'refused', code: 'conflict', message, remedy: 'Try again: the same runner may.' };
}

function removedRunner(): Refused {
  const message = 'The runner that this token had registered was removed.';
  return { status: 'refused', code: 'conflict', message, remedy: NEW_TOKEN };
}

function tooMany(): Refused {
  return {
    status: 'refused',
    code: 'queue_full',
    message: `There are ${MAX_OPEN_TOKENS} unused registration tokens already.`,
    remedy: 'Revoke those that nobody needs (DELETE /api/runners/registration-tokens/:id), then try again.',
  };
}
