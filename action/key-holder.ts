import { type ApiFailure, createApiClient } from '../protocol/api/client.ts';
import { oidcTokenAnswerSchema } from '../protocol/people.ts';
import { insist, type SendDeps, sendRequest } from './send-request.ts';

/** A key that ends sooner than this is exchanged for a new one before it is used. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** An OIDC token is asked for anew at each try, since each is good once; GitHub answers within seconds. */
const MAX_EXCHANGES = 6;

export type KeyHolderDeps = SendDeps & {
  url: string;
  /** Null: keys come from the job's OIDC token. */
  given: string | null;
  /** GitHub's OIDC token of this job for an audience. */
  idToken: (audience: string) => Promise<string>;
  /** Has the log hide it. */
  hide: (secret: string) => void;
  now: () => number;
};

/** Why there is no key, for people. */
export class NoKeyError extends Error {}

/** The key that calls are made with. One that came from an OIDC token lives for an hour and is renewed in time. */
export class KeyHolder {
  readonly #deps: KeyHolderDeps;
  #held: { key: string; expiresAt: number } | null = null;
  #renewing: Promise<string> | null = null;

  constructor(deps: KeyHolderDeps) {
    this.#deps = deps;
    if (deps.given !== null) deps.hide(deps.given);
  }

  /** @throws NoKeyError */
  async key(): Promise<string> {
    const { given, now } = this.#deps;
    if (given !== null) return given;
    if (this.#held !== null && this.#held.expiresAt - now() > RENEW_BEFORE_MS) return this.#held.key;
    this.#renewing ??= this.#exchange().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** A call was refused with this key. @returns whether there may be another one. */
  forget(key: string): boolean {
    if (this.#held?.key === key) this.#held = null;
    return this.#deps.given === null;
  }

  async #exchange(): Promise<string> {
    const { url, idToken, hide } = this.#deps;
    const client = createApiClient({
      baseUrl: url,
      headers: {},
      send: (request) => sendRequest(request, this.#deps),
    });
    const result = await insist(
      async () => {
        const token = await idToken(url).catch((cause: unknown) => {
          throw new NoKeyError(NO_TOKEN, { cause });
        });
        hide(token);
        return client.call('POST /api/oidc/token', { body: { token } }, oidcTokenAnswerSchema);
      },
      this.#deps,
      MAX_EXCHANGES,
    );
    if (!result.ok) throw new NoKeyError(`${url} gave no key for this job: ${describe(result.failure)}`);
    const { key, expiresAt } = result.value;
    hide(key);
    this.#held = { key, expiresAt };
    return key;
  }
}

const NO_TOKEN =
  'GitHub gives this job no OIDC token. Give the job "permissions: id-token: write", or an API key in "key".';

function describe(failure: ApiFailure): string {
  return failure.reason === 'problem'
    ? `${failure.problem.detail} ${failure.problem.remedy}`
    : failure.message;
}
