import type { Attachment } from '../../protocol/attachments.ts';
import type { SessionId } from '../../protocol/ids.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { GitHubAppConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { type ConfigPush, readPush } from '../repository-config/read-push.ts';
import type { PermissionAnswer } from './check-permission.ts';
import type { fetchWithDeadline } from './fetch-with-deadline.ts';
import { readInstallationRepositories, readPermission, readPull, readThread } from './github-reads.ts';
import { handleRequestedAction } from './handle-requested-action.ts';
import { handleTrigger } from './handle-trigger.ts';
import type { Handled } from './handled.ts';
import { ACCOUNT_EVENTS, ACTION_EVENT, PUSH_EVENT, TRIGGER_EVENTS } from './handled-events.ts';
import type { GitHubApp, WebhookEvent } from './probot.ts';
import { createGitHubApp } from './probot.ts';
import { type AccountNews, readAccountEvent } from './read-account-event.ts';
import { type FoundImage, readImages } from './read-images.ts';
import { readPayload, type Trigger } from './read-payload.ts';
import { type RequestedAction, readRequestedAction } from './read-requested-action.ts';
import type { TriggerDeps } from './trigger-deps.ts';
import { toRepository } from './webhook-repository.ts';

type News = Extract<AccountNews, { status: 'news' }>;

export type HandlerDeps = Pick<
  TriggerDeps,
  | 'botName'
  | 'session'
  | 'react'
  | 'reply'
  | 'note'
  | 'configOf'
  | 'taskDefaults'
  | 'templateOf'
  | 'projectOf'
  | 'repositoryOf'
> & {
  config: GitHubAppConfig;
  logger: Logger;
  /** Makes the requests to GitHub. */
  fetch: typeof fetchWithDeadline;
  /** What GitHub says of somebody's rights, or has said a moment ago. */
  knownPermission: (
    repositoryId: number,
    login: string,
    ask: () => Promise<PermissionAnswer>,
  ) => Promise<PermissionAnswer>;
  /** @returns those that were taken */
  storeImages: (
    trigger: Trigger,
    sessionId: SessionId,
    images: readonly FoundImage[],
  ) => Promise<Attachment[]>;
  /** How a delivery ended, by its id. */
  handled: (deliveryId: string, handled: Handled) => void;
  /** Into the record. */
  saveAccount: (news: News, reachable: Repository[]) => void;
  /** Settings of a repository may have changed. */
  onPush: (push: ConfigPush) => Promise<void>;
  /** A trigger shows that its repository can be reached, even when its installation was before our time. */
  saveRepository: (trigger: Trigger) => void;
};

/** The App with all its handlers registered. Loaded when the first delivery or write needs it. */
export async function createApp(deps: HandlerDeps): Promise<GitHubApp> {
  const handlers: Record<string, (event: WebhookEvent) => Promise<void>> = {};
  for (const name of TRIGGER_EVENTS) {
    handlers[name] = async ({ id, payload }) => {
      const read = readPayload(id, name, payload);
      if (read.status === 'trigger') deps.handled(id, await onTrigger(deps, app, read.trigger));
      else if (read.status === 'ignored') deps.handled(id, { ...read, taskId: null });
      else deps.handled(id, { status: 'parked', reason: read.reason, taskId: null });
    };
  }
  for (const name of ACCOUNT_EVENTS) {
    handlers[name] = async ({ id, payload }) => {
      const news = readAccountEvent(name, payload);
      if (news.status === 'invalid') {
        deps.handled(id, { status: 'parked', reason: news.reason, taskId: null });
        return;
      }
      deps.saveAccount(news, await reachableNow(app, news));
      deps.handled(id, { status: 'done', reason: null, taskId: null });
    };
  }
  handlers[PUSH_EVENT] = async ({ id, payload }) => {
    const push = readPush(payload);
    if (push !== null) await deps.onPush(push);
    deps.handled(id, { status: 'done', reason: null, taskId: null });
  };
  handlers[ACTION_EVENT] = async ({ id, payload }) => {
    const read = readRequestedAction(id, payload);
    if (read.status === 'action') deps.handled(id, await onAction(deps, app, read.action));
    else
      deps.handled(id, {
        status: read.status === 'invalid' ? 'parked' : 'ignored',
        reason: read.reason,
        taskId: null,
      });
  };
  const app = await createGitHubApp(deps.config, deps.logger, handlers, deps.fetch);
  return app;
}

async function onTrigger(deps: HandlerDeps, app: GitHubApp, trigger: Trigger): Promise<Handled> {
  const octokit = await app.octokit(trigger.thread.installationId);
  const { thread } = trigger;
  const handled = await handleTrigger(
    {
      botName: deps.botName,
      permissionOf: (asked) =>
        deps.knownPermission(asked.thread.repository.id, asked.author.login, () =>
          readPermission(octokit, asked.thread, asked.author.login),
        ),
      readThread: () => readThread(octokit, trigger),
      readPull: () => readPull(octokit, thread),
      imagesOf: async (_trigger, sessionId) =>
        deps.storeImages(
          trigger,
          sessionId,
          await readImages(octokit, trigger, deps.fetch, deps.config.imageUrl),
        ),
      configOf: deps.configOf,
      taskDefaults: deps.taskDefaults,
      templateOf: deps.templateOf,
      projectOf: deps.projectOf,
      repositoryOf: deps.repositoryOf,
      session: deps.session,
      react: deps.react,
      reply: deps.reply,
      note: deps.note,
    },
    trigger,
  );
  if (handled.status === 'done') deps.saveRepository(trigger);
  return handled;
}

async function onAction(deps: HandlerDeps, app: GitHubApp, action: RequestedAction): Promise<Handled> {
  const octokit = await app.octokit(action.installationId);
  return handleRequestedAction(
    {
      ...deps,
      permissionOf: ({ thread, author }) =>
        deps.knownPermission(thread.repository.id, author.login, () =>
          readPermission(octokit, thread, author.login),
        ),
    },
    action,
  );
}

async function reachableNow(app: GitHubApp, news: News): Promise<Repository[]> {
  if (news.listRepositories === null) return news.reachable;
  const octokit = await app.octokit(news.listRepositories);
  return (await readInstallationRepositories(octokit)).map(toRepository);
}
