import { classifyGitHubError } from '../github/classify-github-error.ts';
import { describeApp } from '../github/describe-app.ts';
import type { Handled } from '../github/handled.ts';
import type { GitHubApp } from '../github/probot.ts';
import type { Redelivered } from '../github/redeliver-missed.ts';
import type { AppSettings } from '../read-app.ts';
import type { AppDescription } from '../setup/setup-facts.ts';
import { type EffectDeps, handlerEffects } from './handler-effects.ts';
import type { InboxRow } from './inbox-store.ts';
import { lookForMissed } from './look-for-missed.ts';

export type LoadedAppDeps = {
  settings: () => Promise<AppSettings>;
  effects: Omit<EffectDeps, 'handled' | 'botName'>;
};

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
    this.#app ??= this.#load().catch((error: unknown) => {
      this.#app = null;
      throw error;
    });
    return this.#app;
  }

  async #load(): Promise<GitHubApp> {
    const { settings, effects } = this.#deps;
    const { githubApp: config, botName } = await settings();
    if (config === null) throw new Error('No GitHub App is set up: make one on /setup.');
    const handled: EffectDeps['handled'] = (deliveryId, end) => this.#handled.set(deliveryId, end);
    // Probot is loaded late: sessions of the API and the first answers do not wait for it.
    const { createApp } = await import('../github/create-handlers.ts');
    return createApp({ ...handlerEffects({ ...effects, botName, handled }), config });
  }

  /** Tokens end early when an installation changes. Probot keeps them to itself, so it is built anew. */
  forgetTokens(): void {
    this.#app = null;
  }

  /** The App as GitHub knows it. @throws when GitHub refuses its key or does not answer */
  async describe(): Promise<AppDescription> {
    return describeApp(await (await this.get()).asApp());
  }

  /** Asks for deliveries that never arrived. */
  async lookForMissed(kv: DurableObjectStorage['kv'], nowMs: number): Promise<Redelivered> {
    const { settings, effects } = this.#deps;
    if ((await settings()).githubApp === null)
      return { status: 'skipped', reason: 'no GitHub App is set up' };
    return lookForMissed(kv, await (await this.get()).asApp(), effects.logger, nowMs);
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
