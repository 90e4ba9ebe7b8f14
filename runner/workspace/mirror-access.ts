import type { Repository } from '../../protocol/workspace.ts';
import { classifyGitFailure } from '../git/classify-git-failure.ts';
import { type FetchedRefs, type FetchRequest, fetchRefs } from '../git/fetch-refs.ts';
import { GitFailedError } from '../git/git-failed-error.ts';
import type { GitContext } from '../git/git-repository.ts';
import { mirrorPaths, openMirror, setMirrorAside } from '../git/open-mirror.ts';
import { KeyedQueue } from '../git/serialize-by-key.ts';
import { SharedFetches } from '../git/share-fetches.ts';
import { HeadStarts } from './head-start.ts';
import type { TreePool } from './pool/tree-pool.ts';
import { tendMirror } from './tend-mirror.ts';
import type { GetToken, WorkspaceDeps } from './workspace-types.ts';

/** The mirrors of one runner. Whatever changes a mirror as a whole happens one at a time. */
export class MirrorAccess {
  /** Where each mirror that was used in this life comes from. Those that were not have not grown. */
  readonly #sources = new Map<number, string>();
  #tending: { repositoryId: number; abort: AbortController } | null = null;
  readonly headStarts = new HeadStarts();
  readonly pool: TreePool;
  #queue = new KeyedQueue();
  #fetches = new Map<number, SharedFetches>();
  #deps: WorkspaceDeps;

  constructor(deps: WorkspaceDeps, pool: TreePool) {
    this.#deps = deps;
    this.pool = pool;
  }

  /** Opens or makes the mirror and fetches into it. @throws GitFailedError, also when the caller gave up waiting */
  async fetch(
    repository: Repository,
    request: FetchRequest,
    getToken: GetToken,
    signal?: AbortSignal,
  ): Promise<FetchedRefs> {
    this.#sources.set(repository.id, repository.cloneUrl);
    this.yieldTo(repository.id);
    let fetches = this.#fetches.get(repository.id);
    if (fetches === undefined) {
      fetches = new SharedFetches((wanted, token) => this.#fetchOnce(repository, wanted, token));
      this.#fetches.set(repository.id, fetches);
    }
    return orAborted(fetches.fetch(request, getToken), signal);
  }

  /** Makes the next fetch start from an empty mirror, because this one can't be read. */
  setAside(repository: Repository): Promise<void> {
    const context: GitContext = { host: this.#deps.host };
    return this.#queue.run(String(repository.id), () =>
      setMirrorAside(context, this.#place(repository), this.#deps),
    );
  }

  /** A job needs this mirror: what is done to it for its upkeep ends. */
  yieldTo(repositoryId: number): void {
    if (this.#tending?.repositoryId === repositoryId) this.#tending.abort.abort();
  }

  /** Looks after mirrors that no job uses, one after the other. @returns those that were packed */
  async tend(isBusy: (repositoryId: number) => boolean): Promise<number[]> {
    const tended: number[] = [];
    for (const [repositoryId, cloneUrl] of this.#sources) {
      const wasDone = await this.#queue.run(String(repositoryId), () =>
        isBusy(repositoryId) ? Promise.resolve(false) : this.#tendOne(repositoryId, cloneUrl),
      );
      if (wasDone) tended.push(repositoryId);
    }
    return tended;
  }

  async #tendOne(repositoryId: number, cloneUrl: string): Promise<boolean> {
    const abort = new AbortController();
    this.#tending = { repositoryId, abort };
    const context: GitContext = { host: this.#deps.host, signal: abort.signal };
    try {
      // Settings that a session may have planted are put back first: git obeys some of them here.
      const place = { dataDir: this.#deps.dataDir, repositoryId, cloneUrl };
      return await tendMirror(context, await openMirror(context, place, this.#deps));
    } catch (error) {
      if (error instanceof GitFailedError && error.failure.reason === 'aborted') return false;
      throw error;
    } finally {
      this.#tending = null;
    }
  }

  #place(repository: Repository): { dataDir: string; repositoryId: number; cloneUrl: string } {
    return { dataDir: this.#deps.dataDir, repositoryId: repository.id, cloneUrl: repository.cloneUrl };
  }

  /** Belongs to everyone who waits for it, so no caller's signal ends it; its deadline does. */
  #fetchOnce(repository: Repository, request: FetchRequest, getToken: GetToken): Promise<FetchedRefs> {
    const context: GitContext = { host: this.#deps.host };
    const once = async (): Promise<FetchedRefs> => {
      const mirror = await openMirror(context, this.#place(repository), this.#deps);
      return fetchRefs(context, mirror, repository.cloneUrl, request, { ...this.#deps, getToken });
    };
    return this.#queue.run(String(repository.id), async () => {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof GitFailedError) || classifyGitFailure(error.failure) !== 'corrupt')
          throw error;
        await setMirrorAside(context, this.#place(repository), this.#deps);
        return once();
      }
    });
  }

  pathsOf(repository: Repository): ReturnType<typeof mirrorPaths> {
    return mirrorPaths(this.#deps.dataDir, repository.id);
  }
}

/** The caller stops waiting; what it waited for goes on for the others. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(
        new GitFailedError({
          ok: false,
          reason: 'aborted',
          command: 'git fetch',
          exitCode: null,
          stdout: '',
          stderr: '',
        }),
      );
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
