import type { Attachment } from '../../protocol/attachments.ts';
import type { SessionId, TaskId } from '../../protocol/ids.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { GitHubAppConfig } from '../config.ts';
import type { GitHubThread, GitHubWrite } from '../github-write.ts';
import type { Logger } from '../logger.ts';
import { type ConfigPush, readPush } from '../repository-config/read-push.ts';
import type { SessionRpc } from '../session/session-rpc.ts';
import type { PermissionAnswer } from './check-permission.ts';
import type { fetchWithDeadline } from './fetch-with-deadline.ts';
import { readInstallationRepositories, readPermission, readPull, readThread } from './github-reads.ts';
import { handleFailedChecks, type Repairs } from './handle-failed-checks.ts';
import { handleRequestedAction } from './handle-requested-action.ts';
import { handleTrigger } from './handle-trigger.ts';
import { done, type Handled, ignored } from './handled.ts';
import {
  ACCOUNT_EVENTS,
  ACTION_EVENT,
  CHECK_AGAIN_EVENT,
  CHECKS_AGAIN_EVENT,
  CHECKS_EVENT,
  HEAD_EVENTS,
  PUSH_EVENT,
  STATUS_EVENT,
  TRIGGER_EVENTS,
} from './handled-events.ts';
import { type HeadMove, headAtTrigger } from './head-at-trigger.ts';
import { readLinked } from './linked-issues.ts';
import type { GitHubApp, Octokit, WebhookEvent } from './probot.ts';
import { createGitHubApp } from './probot.ts';
import { type AccountNews, readAccountEvent } from './read-account-event.ts';
import { type ChecksAgain, findOwnChecks, readChecksAgain } from './read-checks-again.ts';
import { type ChecksEnded, readChecksEvent } from './read-checks-event.ts';
import { type CheckResult, isBranchOpen, readCheckResults, readFailures } from './read-failures.ts';
import { type FoundImage, readImages } from './read-images.ts';
import { readPayload, type Trigger } from './read-payload.ts';
import { readPullHead } from './read-pull-head.ts';
import { type ReachChange, readReach } from './read-reach.ts';
import { type RequestedAction, readRequestedAction } from './read-requested-action.ts';
import { readStatusEvent } from './read-status-event.ts';
import { readStatuses } from './read-statuses.ts';
import { readDiffFiles } from './review/read-diff-files.ts';
import { readReview } from './review/read-review.ts';
import type { TriggerDeps } from './trigger-deps.ts';
import { standsAlways, unaskedCheck } from './unasked-check.ts';
import { toRepository } from './webhook-repository.ts';

const OUT_OF_REACH = 'the App can not reach the repository any more';

type News = Extract<AccountNews, { status: 'news' }>;

export type HandlerDeps = Pick<
  TriggerDeps,
  | 'botName'
  | 'react'
  | 'reply'
  | 'note'
  | 'configOf'
  | 'taskDefaults'
  | 'templateOf'
  | 'templateNames'
  | 'projectOf'
  | 'repositoryOf'
> & {
  config: GitHubAppConfig;
  session: (id: SessionId) => ReturnType<TriggerDeps['session']> & Pick<SessionRpc, 'addTask'>;
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
  /** How often work was repaired by itself. */
  repairs: { of: (taskId: TaskId) => Repairs; note: (taskId: TaskId, repairs: Repairs) => void };
  /** Where the head of a pull request has been of late. */
  headMoves: (thread: GitHubThread) => HeadMove[];
  /** Queued, not waited for. */
  write: (write: GitHubWrite) => void;
  /** Into the record. */
  saveAccount: (news: News, reachable: Repository[]) => void;
  /** Where the App can work is something else now. */
  onReach: (change: ReachChange) => Promise<void>;
  /** Whether what was written at that time comes from a repository that the App can reach. */
  reaches: (repositoryId: number, atMs: number) => boolean;
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
      const handled = read.status === 'trigger' ? await onTrigger(deps, app, read.trigger) : unread(read);
      if (name === 'pull_request.opened' && handled.taskId === null) await onHead(deps, payload);
      deps.handled(id, handled);
    };
  }
  for (const name of HEAD_EVENTS) {
    handlers[name] = async ({ id, payload }) => deps.handled(id, await onHead(deps, payload));
  }
  for (const name of ACCOUNT_EVENTS) {
    handlers[name] = async ({ id, payload }) => {
      const news = readAccountEvent(name, payload);
      if (news.status === 'invalid') {
        deps.handled(id, { status: 'parked', reason: news.reason, taskId: null });
        return;
      }
      deps.saveAccount(news, await reachableNow(app, news));
      await deps.onReach(readReach(name, payload));
      deps.handled(id, { status: 'done', reason: null, taskId: null });
    };
  }
  handlers[PUSH_EVENT] = async ({ id, payload }) => {
    const push = readPush(payload);
    if (push !== null) await deps.onPush(push);
    deps.handled(id, { status: 'done', reason: null, taskId: null });
  };
  for (const name of [ACTION_EVENT, CHECK_AGAIN_EVENT]) {
    handlers[name] = async ({ id, payload }) => {
      const read = readRequestedAction(id, payload);
      deps.handled(id, read.status === 'action' ? await onAction(deps, app, read.action) : unread(read));
    };
  }
  handlers[CHECKS_AGAIN_EVENT] = async ({ id, payload }) => {
    const read = readChecksAgain(id, payload);
    deps.handled(id, read.status === 'again' ? await onChecksAgain(deps, app, read.again) : unread(read));
  };
  for (const [name, readEvent] of [
    [CHECKS_EVENT, readChecksEvent],
    [STATUS_EVENT, readStatusEvent],
  ] as const) {
    handlers[name] = async ({ id, payload }) => {
      const read = readEvent(payload);
      deps.handled(id, read.status === 'checks' ? await onChecks(deps, app, read.checks) : unread(read));
    };
  }
  const app = await createGitHubApp(deps.config, deps.logger, handlers, deps.fetch);
  return app;
}

async function onTrigger(deps: HandlerDeps, app: GitHubApp, trigger: Trigger): Promise<Handled> {
  const { repository } = trigger.thread;
  if (!deps.reaches(repository.id, trigger.createdAt)) return ignored(OUT_OF_REACH);
  const octokit = await app.octokit(trigger.thread.installationId);
  const { thread } = trigger;
  const handled = await handleTrigger(
    {
      botName: deps.botName,
      permissionOf: permissionsBy(deps, octokit),
      readThread: () => readThread(octokit, trigger),
      readPull: async () => {
        const pull = await readPull(octokit, thread);
        const headSha = headAtTrigger(pull.headSha, deps.headMoves(thread), trigger.createdAt);
        return { ...pull, headSha };
      },
      readLinked: (_trigger, named) => readLinked(octokit, trigger, named),
      readDiff: (_trigger, pull) =>
        readDiffFiles(octokit, thread, { base: pull.baseSha, head: pull.headSha }),
      readReview: (_trigger, pull) => readReview(octokit, thread, pull),
      imagesOf: async (_trigger, sessionId) =>
        deps.storeImages(
          trigger,
          sessionId,
          await readImages(octokit, trigger, deps.fetch, deps.config.imageUrl),
        ),
      configOf: deps.configOf,
      taskDefaults: deps.taskDefaults,
      templateOf: deps.templateOf,
      templateNames: deps.templateNames,
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

/** A commit that nobody asks anything about: a branch that requires our check would wait for it for ever. */
async function onHead(deps: HandlerDeps, payload: unknown): Promise<Handled> {
  const read = readPullHead(payload);
  if (read.status === 'invalid') return unread(read);
  const { thread, atMs } = read.head;
  if (!deps.reaches(thread.repository.id, atMs)) return ignored(OUT_OF_REACH);
  if (!standsAlways(await deps.configOf({ thread }))) return ignored('the settings ask for no check of it');
  deps.write(unaskedCheck(read.head));
  return done(null, 'its commit has a check run');
}

async function onAction(deps: HandlerDeps, app: GitHubApp, action: RequestedAction): Promise<Handled> {
  const octokit = await app.octokit(action.installationId);
  return handleRequestedAction({ ...deps, permissionOf: permissionsBy(deps, octokit) }, action);
}

/** Each of our checks on the commit; what came of the last one stands for all. */
async function onChecksAgain(deps: HandlerDeps, app: GitHubApp, again: ChecksAgain): Promise<Handled> {
  const octokit = await app.octokit(again.installationId);
  let handled = ignored('no task has a check on the commit');
  for (const action of await findOwnChecks(octokit, again, deps.config.appId)) {
    handled = await onAction(deps, app, action);
  }
  return handled;
}

async function onChecks(deps: HandlerDeps, app: GitHubApp, checks: ChecksEnded): Promise<Handled> {
  const octokit = await app.octokit(checks.installationId);
  return handleFailedChecks(
    {
      ...deps,
      ownAppId: deps.config.appId,
      permissionOf: permissionsBy(deps, octokit),
      results: () => readResults(octokit, checks),
      isOpen: () => isBranchOpen(octokit, checks),
      // Not all of a log at once, as our own fetch would: it may be larger than this object's memory.
      failures: (_checks, failed) => readFailures(octokit, checks, failed, (url, init) => fetch(url, init)),
      repairsOf: deps.repairs.of,
      noteRepair: deps.repairs.note,
    },
    checks,
  );
}

/** What services say of a commit in either of GitHub's two ways. */
async function readResults(octokit: Octokit, checks: ChecksEnded): Promise<CheckResult[]> {
  const found = await Promise.all([
    readCheckResults(octokit, checks),
    readStatuses(octokit, checks, Date.now()),
  ]);
  return found.flat();
}

const permissionsBy =
  (deps: HandlerDeps, octokit: Octokit): TriggerDeps['permissionOf'] =>
  ({ thread, author }) =>
    deps.knownPermission(thread.repository.id, author.login, () =>
      readPermission(octokit, thread, author.login),
    );

/** A delivery that asks for nothing, or that we do not understand. */
function unread({ status, reason }: { status: 'ignored' | 'invalid'; reason: string }): Handled {
  return { status: status === 'invalid' ? 'parked' : 'ignored', reason, taskId: null };
}

async function reachableNow(app: GitHubApp, news: News): Promise<Repository[]> {
  if (news.listRepositories === null) return news.reachable;
  const octokit = await app.octokit(news.listRepositories);
  return (await readInstallationRepositories(octokit)).map(toRepository);
}
