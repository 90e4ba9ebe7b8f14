import type { GitHubAppConfig } from '../config.ts';
import { classifyGitHubError } from '../github/classify-github-error.ts';
import type { Handled } from '../github/handled.ts';
import type { GitHubApp } from '../github/probot.ts';
import { type EffectDeps, handlerEffects } from './handler-effects.ts';
import type { InboxRow } from './inbox-store.ts';

export type LoadedAppDeps = { config: GitHubAppConfig | null; effects: Omit<EffectDeps, 'handled'> };

/** The installation's GitHub App with its handlers, built when it is needed first. */
export class LoadedApp {
  readonly #deps: LoadedAppDeps;
  /** What the handlers said of deliveries that are being worked on. */
  readonly #handled = new Map<string, Handled>();
  #app: Promise<GitHubApp> | null = null;

  constructor(deps: LoadedAppDeps) {
    this.#deps = deps;
  }

  /** @throws Error where no App is set up */
  get(): Promise<GitHubApp> {
    const { config, effects } = this.#deps;
    if (config === null) throw new Error('No GitHub App is set up: set GITHUB_APP_ID and its two secrets.');
    const handled: EffectDeps['handled'] = (deliveryId, end) => this.#handled.set(deliveryId, end);
    // Probot is loaded late: sessions of the API and the first answers do not wait for it.
    this.#app ??= import('../github/create-handlers.ts')
      .then(({ createApp }) => createApp({ ...handlerEffects({ ...effects, handled }), config }))
      .catch((error: unknown) => {
        this.#app = null;
        throw error;
      });
    return this.#app;
  }

  /** Tokens end early when an installation changes. Probot keeps them to itself, so it is built anew. */
  forgetTokens(): void {
    this.#app = null;
  }

  /** Works off one delivery. @throws what its handler throws */
  async handle(row: InboxRow): Promise<Handled> {
    const app = await this.get();
    try {
      await app.receive(row.id, row.event, row.payload);
      return this.#handled.get(row.id) ?? { status: 'ignored', reason: 'no handler', taskId: null };
    } catch (error) {
      if (classifyGitHubError(error, Date.now()).type === 'unauthorized') this.forgetTokens();
      throw error;
    } finally {
      this.#handled.delete(row.id);
    }
  }
}
