import { type AccountKey, type SessionId, taskIdOf } from '../../../protocol/ids.ts';
import type { Repository } from '../../../protocol/workspace.ts';
import { accountOf } from '../../account/account-of.ts';
import type { Env } from '../../env.ts';
import type { ReachChange, Repositories } from '../../github/read-reach.ts';
import type { GitHubWrite, GitHubWriteResult } from '../../github-write.ts';
import { installationOf, sessionOf } from '../../http/durable-objects.ts';
import type { Logger } from '../../logger.ts';
import { listBusyAt } from '../../record/list-busy-sessions.ts';
import { openRecord } from '../../record/open-record.ts';
import type { RepositoryConfigs } from '../../repository-config/repository-configs.ts';
import type { Outbox } from '../../storage/outbox.ts';
import { GITHUB_LANE, type InstallationWrite } from '../installation-writes.ts';
import { LostStore } from './lost-store.ts';

/** A deployment has a few sessions at work at once; each is one call. */
const AT_ONCE = 20;

const BY = 'GitHub';

export type ReachDeps = {
  sql: SqlStorage;
  env: Env;
  account: AccountKey;
  outbox: Pick<Outbox<InstallationWrite>, 'removeLanes'>;
  configs: Pick<RepositoryConfigs, 'forget'>;
  /** What became of a write. */
  tell: (sessionId: SessionId, result: GitHubWriteResult) => void;
  /** Tokens that are cached; GitHub has ended them. */
  forgetTokens: () => void;
  logger: Logger;
  now: () => number;
};

/**
 * Follows the App's reach: where it can't work any more, what is under way is stopped with the reason, what waits for
 * GitHub is taken back and schedules pause; where it can again, they go on. All of it may be done twice.
 */
export class Reach {
  readonly #deps: ReachDeps;
  readonly #lost: LostStore;

  constructor(deps: ReachDeps) {
    this.#deps = deps;
    this.#lost = new LostStore(deps.sql);
  }

  /** Nothing can be written there: it would be refused, and stand among what needs attention. */
  isLost(repositoryId: number): boolean {
    return this.#lost.since(repositoryId) !== null;
  }

  /** Something written at that time has come from there. What is newer than the loss shows that it is over. */
  hears(repositoryId: number, atMs: number): boolean {
    const sinceMs = this.#lost.since(repositoryId);
    if (sinceMs === null) return true;
    if (atMs <= sinceMs) return false;
    this.#lost.remove('all');
    return true;
  }

  /** @throws when the record, a session or the account can't be asked: the delivery is worked off again */
  async follow(change: ReachChange): Promise<void> {
    switch (change.type) {
      case 'nothing':
        return;
      case 'lost':
        return this.lose(change.repositories, change.reason);
      case 'regained':
        this.#lost.remove(change.repositories);
        await this.#schedules.regain(change.repositories);
        return;
      case 'changed':
        return this.#rename(change.repository, change.formerBranch);
      case 'transferred':
        this.#lost.remove([change.repository.id]);
        return installationOf(this.#deps.env, change.from).loseRepository(
          change.repository.id,
          change.reason,
        );
    }
  }

  async lose(repositories: Repositories, reason: string): Promise<void> {
    const { configs, forgetTokens, logger, now, outbox } = this.#deps;
    this.#lost.add(repositories, now());
    forgetTokens();
    for (const id of repositories === 'all' ? [] : repositories) configs.forget(id);
    const ended = await this.#forEach(repositories, (id) => this.#endSession(id, reason));
    await this.#schedules.lose(repositories, reason);
    // Last: what ends has said so once more.
    const lanes = repositories === 'all' ? [GITHUB_LANE] : repositories.map((id) => `${GITHUB_LANE}${id}#`);
    for (const prefix of lanes) {
      for (const body of outbox.removeLanes(prefix)) {
        if (body.kind === 'github' && body.sessionId !== null) this.refuse(body.write, body.sessionId);
      }
    }
    logger.info('reach.lost', { repositories, reason, sessions: ended });
  }

  /** Nobody is asked for a write to where nothing can be written; whoever waits for it is told at once. */
  refuse({ key, kind }: GitHubWrite, sessionId: SessionId): void {
    const message = 'The App can not reach the repository any more.';
    const remedy = 'Install the App there again, then ask for the work once more.';
    this.#deps.tell(sessionId, { key, kind, status: 'parked', message, remedy });
  }

  get #schedules() {
    return accountOf(this.#deps.env, this.#deps.account).schedules;
  }

  /** The queued ones first: else each would begin when the one before it ends. */
  async #endSession(id: SessionId, reason: string): Promise<void> {
    const session = sessionOf(this.#deps.env, id);
    const known = await session.overview();
    const numbers = (known?.tasks ?? []).map(({ number }) => number).toReversed();
    // One that is over refuses, which is as well.
    for (const number of numbers) await session.endTask(number, 'stop', BY, reason);
    if (known !== null && numbers.length > 0) {
      this.#deps.logger.info('reach.session_ended', { taskId: taskIdOf(id, numbers[0] ?? 1), reason });
    }
  }

  async #rename(repository: Repository, formerBranch: string | null): Promise<void> {
    const { configs, env, logger } = this.#deps;
    configs.forget(repository.id);
    const sessions = await this.#forEach([repository.id], (id) =>
      sessionOf(env, id).repositoryChanged(repository, formerBranch),
    );
    logger.info('reach.renamed', { repositoryId: repository.id, sessions });
  }

  /** @returns how many there were */
  async #forEach(repositories: Repositories, act: (id: SessionId) => Promise<void>): Promise<number> {
    const { env, account } = this.#deps;
    const ids = await listBusyAt(openRecord(env), account, repositories);
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      await Promise.all(ids.slice(start, start + AT_ONCE).map(act));
    }
    return ids.length;
  }
}
