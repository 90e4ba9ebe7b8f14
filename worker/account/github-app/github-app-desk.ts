import { openText, sealText } from '../../access/seal-text.ts';
import { configOf } from '../../config.ts';
import { type AppCredentials, appCredentialsSchema } from '../../setup/app-credentials.ts';
import type { AccountParts } from '../account-parts.ts';

const PURPOSE = 'signalbox github app v1';
const KEY = 'github_app';

/** The GitHub App of the deployment, where it was made on the set-up page. Used in one account's object alone. */
export class GitHubAppDesk {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** @returns false when there is one already: an App is never replaced by accident */
  async store(credentials: AppCredentials): Promise<boolean> {
    const { secret } = configOf(this.#parts.env);
    const sealed = await sealText(secret, PURPOSE, JSON.stringify(credentials));
    const { kv } = this.#parts.storage;
    if (kv.get(KEY) !== undefined) return false;
    kv.put(KEY, sealed);
    return true;
  }

  /** @returns null when there is none, or when another SIGNALBOX_SECRET has sealed it */
  async read(): Promise<AppCredentials | null> {
    const sealed = this.#parts.storage.kv.get<string>(KEY);
    if (sealed === undefined) return null;
    const text = await openText(configOf(this.#parts.env).secret, PURPOSE, sealed);
    if (text !== null) return appCredentialsSchema.parse(JSON.parse(text));
    this.#parts.logger.error('github_app.unreadable', { reason: 'SIGNALBOX_SECRET was changed' });
    return null;
  }

  /** @returns whether there was one */
  forget(): boolean {
    return this.#parts.storage.kv.delete(KEY);
  }
}
