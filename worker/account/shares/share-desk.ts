import type { SessionId } from '../../../protocol/ids.ts';
import type { ShareScope } from '../../../protocol/opened-share.ts';
import type { ShareView } from '../../../protocol/shares.ts';
import { matchesHash, sha256Hex } from '../../access/compare-hash.ts';
import type { Refused } from '../../contracts.ts';
import { makeCredential, randomSecret } from '../../fleet/runner-credential.ts';
import type { AccountParts } from '../account-parts.ts';
import type { Watchful } from '../desks.ts';
import { ShareStore } from './share-store.ts';

/** At which links that are over are taken away. */
const DEADLINE = 'shares';

/** More than anybody can keep an eye on. */
const MAX_SHARES = 500;

export type NewShare = { scope: ShareScope; name: string; createdBy: string; expiresAt: number };

/** The account's share links. What ends here ends on the sockets of its sessions too. */
export class ShareDesk implements Watchful {
  readonly #parts: AccountParts;
  readonly #store: ShareStore;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#store = new ShareStore(parts.storage.sql);
  }

  /** Makes a link. Its token is known to nobody but who gets this answer. */
  async create(share: NewShare): Promise<{ status: 'made'; share: ShareView; token: string } | Refused> {
    const { account, now, newId, wakeAt } = this.#parts;
    if (this.#store.list(now()).length >= MAX_SHARES) return TOO_MANY;
    const id = newId();
    const token = makeCredential('sbs', account, id, randomSecret());
    const hash = await sha256Hex(token);
    const view = { ...share, id, account, createdAt: now(), opened: 0, lastOpenedAt: null };
    this.#store.put(view, hash);
    wakeAt(DEADLINE, share.expiresAt);
    return { status: 'made', share: view, token };
  }

  /** Links that are still good, the latest first. */
  list(): ShareView[] {
    return this.#store.list(this.#parts.now());
  }

  /** A link that is still good; null when there is none. */
  get(id: string): ShareView | null {
    return this.#store.get(id, this.#parts.now())?.view ?? null;
  }

  /** Somebody shows a token: the link, when it is right and still good. */
  async open(id: string, token: string): Promise<ShareView | null> {
    if (!(await this.#proves(id, token))) return null;
    const nowMs = this.#parts.now();
    // Anew: it may have been taken away meanwhile.
    const known = this.#store.get(id, nowMs);
    if (known === null) return null;
    const view = { ...known.view, opened: known.view.opened + 1, lastOpenedAt: nowMs };
    this.#store.put(view, known.hash);
    return view;
  }

  /** The same for a program that sends its token with each request: nothing is counted. */
  async prove(id: string, token: string): Promise<ShareView | null> {
    return (await this.#proves(id, token)) ? this.get(id) : null;
  }

  /** Somebody is about to follow a session through a link: it will be told when the link ends. */
  watch(id: string, sessionId: SessionId): ShareView | null {
    const view = this.get(id);
    if (view !== null) this.#store.watch(id, sessionId);
    return view;
  }

  /** Takes a link away for good. @returns whether there was one */
  revoke(id: string): boolean {
    if (this.get(id) === null) return false;
    this.#end(id);
    return true;
  }

  onDeadline(_name: string): void {
    const { now, wakeAt } = this.#parts;
    for (const id of this.#store.expired(now())) this.#end(id);
    const nextMs = this.#store.nextEnd();
    if (nextMs !== null) wakeAt(DEADLINE, nextMs);
  }

  /** The link goes and those who must hear of it are noted in one commit; they hear of it at once. */
  #end(id: string): void {
    for (const sessionId of this.#store.remove(id)) {
      this.#parts.tell(`share:${sessionId}`, id, { kind: 'end_share', sessionId, shareId: id });
    }
  }

  async #proves(id: string, token: string): Promise<boolean> {
    const known = this.#store.get(id, this.#parts.now());
    return known !== null && (await matchesHash(token, known.hash));
  }
}

const TOO_MANY: Refused = {
  status: 'refused',
  code: 'not_allowed',
  message: `An account has at most ${MAX_SHARES} share links.`,
  remedy: 'Revoke some that nobody needs (GET /api/shares, DELETE /api/shares/:id), then try again.',
};
