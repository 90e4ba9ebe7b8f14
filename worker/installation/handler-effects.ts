import type { Attachment } from '../../protocol/attachments.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import { accountOf } from '../account/account-of.ts';
import { storeAttachment } from '../attachments/store-attachment.ts';
import type { Env } from '../env.ts';
import type { HandlerDeps } from '../github/create-handlers.ts';
import type { Handled } from '../github/handled.ts';
import type { Trigger } from '../github/read-payload.ts';
import { sessionOf } from '../http/durable-objects.ts';
import type { Logger } from '../logger.ts';
import { findRepository } from '../record/find-repository.ts';
import { openRecord } from '../record/open-record.ts';
import { configCheck } from '../repository-config/config-check.ts';
import type { ConfigPush } from '../repository-config/read-push.ts';
import type { RepositoryConfigs } from '../repository-config/repository-configs.ts';
import { auditOf } from './audit-of-trigger.ts';
import { movesOf } from './head-notes.ts';
import { auditPut, githubPut, type InstallationPut, reactionPut } from './installation-writes.ts';
import type { Reach } from './reach/reach.ts';
import { accountPut, repositoryPut } from './record-rows.ts';
import { RepairNotes } from './repair-notes.ts';

export type EffectDeps = Pick<HandlerDeps, 'fetch' | 'knownPermission'> & {
  env: Env;
  /** Whose deliveries these are. */
  account: AccountKey;
  logger: Logger;
  botName: string;
  kv: DurableObjectStorage['kv'];
  configs: RepositoryConfigs;
  reach: Pick<Reach, 'follow' | 'hears'>;
  put: (item: InstallationPut) => void;
  /** Notes what a handler said of a delivery. */
  handled: (deliveryId: string, handled: Handled) => void;
};

/** What the handlers of webhooks can do: everything goes into the outbox. */
export function handlerEffects(deps: EffectDeps): Omit<HandlerDeps, 'config'> {
  const { env, logger, botName, put, handled } = deps;
  const repairs = new RepairNotes(deps.kv);
  return {
    logger,
    botName,
    handled,
    fetch: deps.fetch,
    knownPermission: deps.knownPermission,
    configOf: ({ thread }) => deps.configs.read(thread.installationId, thread.repository),
    onPush: (push) => takePush(deps, push),
    taskDefaults: async ({ account }) => (await accountOf(env, account).settings.read()).settings.tasks,
    templateOf: ({ account }, name) => accountOf(env, account).prompts.find(name),
    templateNames: async ({ account }) =>
      (await accountOf(env, account).prompts.list()).map(({ name }) => name),
    projectOf: ({ account }, name) => accountOf(env, account).projects.find(name),
    repositoryOf: async (id) => {
      const found = await findRepository(openRecord(env), id);
      return found !== null && found.account === deps.account ? found : null;
    },
    session: (id) => sessionOf(env, id),
    storeImages: (trigger, sessionId, images) => storeImages(deps, trigger, sessionId, images),
    react: (trigger, content) => {
      const { thread, subjectId } = trigger;
      const reaction = { subject: subjectOf(trigger), subjectId, content };
      put(reactionPut(`reaction:${trigger.triggerId}`, thread, reaction));
    },
    reply: ({ triggerId, thread }, body) => {
      const write = { kind: 'reply', key: `reply:${triggerId}`, taskId: null, thread, body } as const;
      put(githubPut(write, null, 0));
    },
    write: (write) => put(githubPut(write, null, 0)),
    note: (trigger, deed) => put(auditPut(trigger.account, ...auditOf(trigger, deed, Date.now()))),
    repairs: {
      of: (taskId) => repairs.of(taskId),
      note: (taskId, noted) => repairs.note(taskId, noted, Date.now()),
    },
    headMoves: ({ repository, issueNumber }) => movesOf(deps.kv, `${repository.id}#${issueNumber}`),
    saveRepository: ({ thread, account }) =>
      put(repositoryPut(thread.repository, account, thread.installationId, Date.now())),
    onReach: (change) => deps.reach.follow(change),
    reaches: (repositoryId, atMs) => deps.reach.hears(repositoryId, atMs),
    saveAccount: (news, reachable) => saveAccount(deps, news, reachable),
  };
}

/** One that does not fit is left out: the request is worth working on without it. */
async function storeImages(
  { env, logger }: EffectDeps,
  ...[trigger, sessionId, images]: Parameters<HandlerDeps['storeImages']>
): Promise<Attachment[]> {
  const stored: Attachment[] = [];
  for (const image of images) {
    const about = { ...image, by: trigger.author.login, source: 'github' as const };
    const result = await storeAttachment(env, sessionId, about);
    if (result.status === 'refused') {
      logger.warn('github.image_refused', { triggerId: trigger.triggerId, reason: result.message });
      continue;
    }
    const { id, name, type, bytes, sha256 } = result.attachment;
    stored.push({ id, name, type, bytes, sha256 });
  }
  return stored;
}

/** Who pushed a mistake hears of it at once, not when somebody asks for work. */
async function takePush({ configs, put, env, logger, account }: EffectDeps, push: ConfigPush): Promise<void> {
  configs.forget(push.repository.id);
  const state = await configs.at(push.installationId, push.repository, push.headSha);
  const write = configCheck(push, state);
  if (write !== null) put(githubPut(write, null, 0));
  // A file with mistakes leaves the schedules as they were: nobody meant to take them away.
  if (state.status === 'invalid') return;
  const { id, owner, name } = push.repository;
  const schedules = state.status === 'valid' ? (state.config.schedules ?? {}) : {};
  const file = { repositoryId: id, repository: `${owner}/${name}`, schedules, by: push.by };
  logger.info('schedules.synced', { ...(await accountOf(env, account).schedules.sync(file)) });
}

function saveAccount(
  { kv, put }: EffectDeps,
  ...[news, reachable]: Parameters<HandlerDeps['saveAccount']>
): void {
  const nowMs = Date.now();
  if (news.account !== null) {
    const sinceMs = kv.get<number>('account_since') ?? nowMs;
    kv.put('account_since', sinceMs);
    put(accountPut(news.account, sinceMs, nowMs));
  }
  for (const repository of reachable) put(repositoryPut(repository, news.key, news.installationId, nowMs));
  for (const repository of news.unreachable) put(repositoryPut(repository, news.key, null, nowMs));
}

/** A review can't be reacted to: its pull request is. */
function subjectOf({ kind }: Trigger): 'issue' | 'issue_comment' | 'review_comment' {
  return kind === 'issue_comment' || kind === 'review_comment' ? kind : 'issue';
}
