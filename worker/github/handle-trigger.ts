import { MAX_MESSAGE_CHARS } from '../../protocol/limits.ts';
import type { Prompt } from '../../protocol/prompts.ts';
import {
  optionsOfRepository,
  REPOSITORY_CONFIG_PATH,
  type RepositoryConfigState,
} from '../../protocol/repository-config.ts';
import { type GivenTaskOptions, settleTaskOptions } from '../../protocol/task-options.ts';
import type { TaskRequest } from '../contracts.ts';
import { applyTemplate } from './apply-template.ts';
import { buildContext, buildRequest, type ThreadEntry } from './build-prompt.ts';
import { judgePermission } from './check-permission.ts';
import { findFirstTasks } from './find-first-tasks.ts';
import { unreadComments } from './github-reads.ts';
import { done, type Handled, ignored } from './handled.ts';
import { hearTrigger } from './hear-trigger.ts';
import { findLinked, type LinkedIssue } from './linked-issues.ts';
import type { MentionCommand } from './parse-mention.ts';
import { placeProject } from './place-project.ts';
import type { PullRef, Trigger } from './read-payload.ts';
import { HIDDEN_MARKER } from './reply-marker.ts';
import type { DiffFile } from './review/parse-patch.ts';
import { runCommand } from './run-command.ts';
import { requesterOf, sessionOf } from './session-of-trigger.ts';
import type { TriggerDeps } from './trigger-deps.ts';
import { contextBudget } from './untrusted-frame.ts';
import * as replies from './write-replies.ts';

/**
 * Decides what something written on GitHub asks of us, whether its author may ask, and passes it on to its session.
 * Throws when GitHub or the session can't be asked: then nobody is let in and the inbox tries again.
 */
export async function handleTrigger(deps: TriggerDeps, given: Trigger): Promise<Handled> {
  if (given.text.includes(HIDDEN_MARKER)) return ignored('written by this App itself');
  const heard = await hearTrigger(deps, given);
  if (heard.status === 'nothing') return ignored(heard.reason);
  const { trigger, parsed } = heard;
  const command = parsed.status === 'command' ? parsed.command : null;
  // Side by side: until Claude can start, each round trip to GitHub counts.
  const [permission, config, context] = await Promise.all([
    deps.permissionOf(trigger),
    deps.configOf(trigger),
    command?.type === 'prompt' ? readContext(deps, trigger, command) : null,
  ]);
  const named = config.status === 'valid' ? config.config.authors : [];
  const right = judgePermission(trigger.author, permission, named);
  if (right.status === 'refused') return ignored(right.reason);

  if (command === null) {
    deps.reply(trigger, replies.invalidOptions(parsed.status === 'invalid' ? parsed.problems : []));
    return ignored('the options of the request are wrong');
  }
  if (context !== null && config.status === 'invalid') {
    deps.reply(trigger, replies.invalidConfig(trigger.thread.repository, config.mistakes));
    return ignored(`${REPOSITORY_CONFIG_PATH} is not valid`);
  }
  deps.react(trigger, 'eyes');
  return context === null
    ? runCommand(deps, trigger, command, permission?.permission === 'admin')
    : submit(deps, trigger, command, { ...context, config, layers: [context.defaults] });
}

type Context = {
  entries: ThreadEntry[];
  linked: LinkedIssue[];
  diff: DiffFile[] | null;
  pull: PullRef | null;
  defaults: GivenTaskOptions;
  template: Prompt | null;
};

async function readContext(
  deps: TriggerDeps,
  trigger: Trigger,
  { template: use, text }: MentionCommand,
): Promise<Context> {
  const { thread } = trigger;
  const numbers = findLinked(trigger, text);
  // What is being opened has no thread yet.
  const [entries, [pull, diff], defaults, template, linked] = await Promise.all([
    trigger.opening === null ? [] : deps.readThread(trigger),
    thread.isPullRequest ? readChange(deps, trigger) : ([null, null] as const),
    deps.taskDefaults(trigger),
    use === undefined ? null : deps.templateOf(trigger, use.name),
    numbers.length > 0 || thread.isPullRequest ? deps.readLinked(trigger, numbers) : [],
  ]);
  const own = `${deps.botName.toLowerCase()}[bot]`;
  const others = entries.filter((entry) => entry.author.toLowerCase() !== own);
  return { entries: others, linked, diff, pull, defaults, template };
}

/** The pull request as it was at the trigger. Where its diff can't be had, Claude has git. */
async function readChange(deps: TriggerDeps, trigger: Trigger): Promise<[PullRef, DiffFile[] | null]> {
  const pull = trigger.pull ?? (await deps.readPull(trigger));
  return [pull, await deps.readDiff(trigger, pull).catch(() => null)];
}

/** What a request is made of besides its command. */
type Asked = Context & { config: RepositoryConfigState; layers: GivenTaskOptions[] };

async function submit(
  deps: TriggerDeps,
  trigger: Trigger,
  command: MentionCommand,
  { pull, layers, template, config, ...context }: Asked,
): Promise<Handled> {
  const made = applyTemplate(command, template);
  if (made.status === 'wrong') {
    deps.reply(trigger, replies.invalidOptions(made.problems));
    return ignored('the template of the request does not fit');
  }
  const asked = { ...command, text: made.text };
  const { repository } = trigger.thread;
  const first = await findFirstTasks(deps.session, repository.id, command.after ?? []);
  if (first.status === 'missing') {
    deps.reply(trigger, replies.nothingToWaitFor(first.number));
    return ignored(`there is no task in #${first.number} to wait for`);
  }
  const after = first.after.length > 0 ? { after: first.after } : {};
  const own = sessionOf(trigger, pull);
  const configured = config.status === 'valid' ? config.config.project : undefined;
  const placed = await placeProject(deps, trigger, own, { asked: command.project, configured });
  if (placed.status === 'wrong') {
    deps.reply(trigger, replies.invalidOptions([placed.problem]));
    return ignored('the project of the request does not fit');
  }
  const session = { ...own, ...placed.session };
  const images = await deps.imagesOf(trigger, session.id);
  const attachments = images.length > 0 ? { attachments: images } : {};
  const given = requestOf(trigger, asked, context, [
    made.options,
    placed.options,
    optionsOfRepository(config),
    ...layers,
  ]);
  const request = { ...given, ...after, ...attachments };
  const result = await deps.session(session.id).submit(session, request);
  const sessionId = session.id;
  switch (result.status) {
    case 'task_created':
      deps.note(trigger, { action: 'task.created', taskId: result.task.id, sessionId, refused: null });
      return done(result.task.id, result.duplicate ? 'already known' : null);
    case 'message_queued':
      deps.note(trigger, { action: 'message.posted', taskId: result.task.id, sessionId, refused: null });
      return done(result.task.id, result.duplicate ? 'already known' : 'passed on to the running task');
    case 'refused':
      deps.note(trigger, { action: 'task.created', taskId: null, sessionId, refused: result.code });
      deps.reply(trigger, replies.refused(result.message, result.remedy));
      return ignored(`refused: ${result.message}`);
  }
}

function requestOf(
  trigger: Trigger,
  command: MentionCommand,
  { entries, linked, diff }: Pick<Context, 'entries' | 'linked' | 'diff'>,
  layers: GivenTaskOptions[],
): TaskRequest {
  const kind = trigger.thread.isPullRequest ? 'pull request' : 'issue';
  const request = buildRequest(command.text, kind, trigger.title).slice(0, MAX_MESSAGE_CHARS);
  return {
    triggerId: trigger.triggerId,
    source: 'github',
    requester: requesterOf(trigger),
    request,
    context: buildContext({
      kind,
      number: trigger.thread.issueNumber,
      title: trigger.title,
      opening: trigger.opening,
      entries,
      linked,
      diff,
      unread: trigger.opening === null ? 0 : unreadComments(trigger.commentCount),
      where: trigger.where,
      triggeredAt: trigger.createdAt,
      budgetBytes: contextBudget(request),
    }),
    options: settleTaskOptions(command.options, ...layers),
  };
}
