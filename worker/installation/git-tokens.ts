import { classifyGitHubError } from '../github/classify-github-error.ts';
import type { GitHubApp } from '../github/probot.ts';
import type { InstallationMetrics } from './installation-metrics.ts';

/** A job waits for its token; what lasts longer than a hiccup is for the runner to try again. */
const MAX_ATTEMPTS = 3;
const RETRY_MS = 300;

/** A fetch that starts now must be able to end. */
const MIN_LIFE_MS = 5 * 60_000;

export type GitToken = { token: string; expiresAt: number };

export type GitTokenDeps = {
  app: () => Promise<GitHubApp>;
  apiUrl: string;
  now: () => number;
  metrics: Pick<InstallationMetrics, 'requests' | 'noteCache'>;
};

/**
 * Tokens for git, each for the contents of one repository. Those that only read are shared until shortly before
 * they expire; one that writes is minted for one push and revoked after it. Only memory holds them.
 */
export class GitTokens {
  readonly #deps: GitTokenDeps;
  readonly #shared = new Map<string, GitToken>();
  readonly #minting = new Map<string, Promise<GitToken>>();

  constructor(deps: GitTokenDeps) {
    this.#deps = deps;
  }

  async get(installationId: number, repositoryId: number, access: 'read' | 'write'): Promise<GitToken> {
    if (access === 'write') return this.#mint(installationId, repositoryId, access);
    const key = `${installationId}/${repositoryId}`;
    const shared = this.#shared.get(key);
    const isGood = shared !== undefined && shared.expiresAt - this.#deps.now() > MIN_LIFE_MS;
    this.#deps.metrics.noteCache('git_token', isGood || this.#minting.has(key) ? 'hit' : 'miss');
    if (isGood) return shared;
    const minting = this.#minting.get(key) ?? this.#mintShared(key, installationId, repositoryId);
    this.#minting.set(key, minting);
    return minting;
  }

  /** GitHub has ended them all. */
  forget(): void {
    this.#shared.clear();
  }

  /** `DELETE /installation/token`. Shared tokens are left alone: other jobs fetch with them. */
  async revoke(token: string): Promise<'revoked' | 'shared' | 'gone'> {
    if ([...this.#shared.values()].some((shared) => shared.token === token)) return 'shared';
    const response = await this.#deps.metrics.requests.fetch(`${this.#deps.apiUrl}/installation/token`, {
      method: 'DELETE',
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'signalbox',
      },
    });
    if (response.status === 204) return 'revoked';
    // It has expired or was revoked before.
    if (response.status === 401 || response.status === 404) return 'gone';
    throw new Error(
      `GitHub answered ${response.status} when a git token was to be revoked; it expires by itself.`,
    );
  }

  async #mintShared(key: string, installationId: number, repositoryId: number): Promise<GitToken> {
    try {
      const minted = await this.#mint(installationId, repositoryId, 'read');
      this.#shared.set(key, minted);
      return minted;
    } finally {
      this.#minting.delete(key);
    }
  }

  async #mint(
    installationId: number,
    repositoryId: number,
    contents: 'read' | 'write',
    attempt = 1,
  ): Promise<GitToken> {
    try {
      return await this.#mintOnce(installationId, repositoryId, contents);
    } catch (error) {
      const { type } = classifyGitHubError(error, this.#deps.now());
      if (type !== 'transient' || attempt >= MAX_ATTEMPTS) throw error;
      await scheduler.wait(RETRY_MS * attempt);
      return this.#mint(installationId, repositoryId, contents, attempt + 1);
    }
  }

  async #mintOnce(
    installationId: number,
    repositoryId: number,
    contents: 'read' | 'write',
  ): Promise<GitToken> {
    const app = await (await this.#deps.app()).asApp();
    const { data } = await app.rest.apps.createInstallationAccessToken({
      installation_id: installationId,
      repository_ids: [repositoryId],
      permissions: { contents },
    });
    return { token: data.token, expiresAt: Date.parse(data.expires_at) };
  }
}
