import { z } from 'zod';
import { openText, sealText } from '../../access/seal-text.ts';
import { configOf } from '../../config.ts';
import { describeWithoutCause } from '../../github/describe-without-cause.ts';
import { askAs } from '../../github/read-person.ts';
import { GitHubAnswerError, type PersonAccess, readPersonAccess } from '../../github/read-person-access.ts';
import { renewTokens, type SignInConfig, type UserTokens } from '../../github/user-tokens.ts';
import { appOf } from '../../read-app.ts';
import type { AccountParts } from '../account-parts.ts';
import { PersonStore, type StoredPerson } from './person-store.ts';

/** How long what GitHub said holds: who loses a repository there loses it here within this time. */
export const FRESH_MS = 5 * 60_000;

/** While GitHub can't be reached, what it said last holds for so long. */
const STALE_LIMIT_MS = 30 * 60_000;

/** Between attempts while GitHub can't be reached: nobody's page waits for each of them. */
const RETRY_MS = 15_000;

const PURPOSE = 'signalbox user token v1';

const tokensSchema = z.object({
  accessToken: z.string(),
  refresh: z.object({ token: z.string(), dueAt: z.number() }).nullable(),
});

/** `signed_out`: nobody has signed in, or GitHub no longer takes the person's token. */
export type AccessAnswer =
  | { status: 'known'; login: string; access: PersonAccess[] }
  | { status: 'signed_out' }
  | { status: 'unavailable' };

/** In a person's own account: who signed in, and what he reaches on GitHub. */
export class PersonDesk {
  readonly #parts: AccountParts;
  readonly #store: PersonStore;
  #refreshing: Promise<void> | null = null;
  #triedAt = 0;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#store = new PersonStore(parts.storage.sql);
  }

  /** Somebody has signed in with GitHub. @returns what he reaches */
  async signIn(person: { id: number; login: string }, tokens: UserTokens): Promise<AccessAnswer> {
    this.#store.save({ ...person, sealed: await this.#seal(tokens), access: [], readAt: 0 });
    this.#triedAt = 0;
    return this.access();
  }

  /** What the person reaches, as GitHub said within the last minutes. */
  async access(): Promise<AccessAnswer> {
    const before = this.#store.read();
    if (before === null) return { status: 'signed_out' };
    const nowMs = this.#parts.now();
    if (nowMs - before.readAt >= FRESH_MS && nowMs - this.#triedAt >= RETRY_MS) {
      // Of many requests at once, one asks GitHub.
      this.#refreshing ??= this.#refresh(before).finally(() => {
        this.#refreshing = null;
      });
    }
    if (this.#refreshing !== null) await this.#refreshing;
    const after = this.#store.read();
    if (after === null) return { status: 'signed_out' };
    if (this.#parts.now() - after.readAt >= STALE_LIMIT_MS) return { status: 'unavailable' };
    return { status: 'known', login: after.login, access: after.access };
  }

  async #refresh(person: StoredPerson): Promise<void> {
    try {
      await this.#read(person);
    } catch (error) {
      if (error instanceof GitHubAnswerError && error.status === 401) {
        this.#parts.logger.info('person.signed_out_by_github', { id: person.id });
        // Who signed in meanwhile has other tokens.
        if (this.#store.read()?.sealed === person.sealed) this.#store.forget();
        return;
      }
      this.#triedAt = this.#parts.now();
      this.#parts.logger.warn('person.access_unread', { id: person.id, reason: describeWithoutCause(error) });
    }
  }

  async #read(person: StoredPerson): Promise<void> {
    const { githubSignIn: config } = await appOf(this.#parts.env);
    const tokens = config === null ? null : await this.#tokens(config, person);
    if (config === null || tokens === null) throw new GitHubAnswerError('/user', 401);
    const access = await readPersonAccess(askAs(config, tokens), person);
    const latest = this.#store.read();
    if (latest !== null) this.#store.save({ ...latest, access, readAt: this.#parts.now() });
  }

  /** @returns null when they can't be read or renewed: another secret has sealed them, or GitHub has ended them */
  async #tokens(config: SignInConfig, person: StoredPerson): Promise<UserTokens | null> {
    const { secret } = configOf(this.#parts.env);
    const text = await openText(secret, PURPOSE, person.sealed);
    if (text === null) return null;
    const tokens = tokensSchema.parse(JSON.parse(text));
    if (tokens.refresh === null || tokens.refresh.dueAt > this.#parts.now()) return tokens;
    const renewed = await renewTokens(config, tokens.refresh.token, this.#parts.now()).catch(refusedAsNull);
    if (renewed === null) return null;
    const sealed = await this.#seal(renewed);
    if (this.#store.read()?.sealed === person.sealed) this.#store.save({ ...person, sealed });
    return renewed;
  }

  #seal(tokens: UserTokens): Promise<string> {
    return sealText(configOf(this.#parts.env).secret, PURPOSE, JSON.stringify(tokens));
  }
}

/** GitHub refuses with a document that holds no token; that is not the same as giving no answer. */
function refusedAsNull(error: unknown): null {
  const name = error instanceof Error ? error.name : '';
  if (name === 'OperationProcessingError' || name === 'ResponseBodyError') return null;
  throw error;
}
