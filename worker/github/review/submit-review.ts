import { MAX_MESSAGE_CHARS } from '../../../protocol/limits.ts';
import { optionsOfRepository, REPOSITORY_CONFIG_PATH } from '../../../protocol/repository-config.ts';
import { REVIEW_FORM } from '../../../protocol/review.ts';
import { type GivenTaskOptions, settleTaskOptions } from '../../../protocol/task-options.ts';
import { isTerminal } from '../../../protocol/task-state.ts';
import type { TaskRequest } from '../../contracts.ts';
import { done, type Handled, ignored } from '../handled.ts';
import type { MentionCommand } from '../parse-mention.ts';
import type { PullRef, Trigger } from '../read-payload.ts';
import { requesterOf, sessionOf } from '../session-of-trigger.ts';
import type { TriggerDeps } from '../trigger-deps.ts';
import { contextBudget } from '../untrusted-frame.ts';
import * as replies from '../write-replies.ts';
import { buildReviewContext, buildReviewRequest } from './build-review.ts';

/** A review answers once, in a form of its own, and has nothing to check or to commit. */
const REVIEW_OPTIONS: GivenTaskOptions = {
  review: true,
  outputSchema: { ...REVIEW_FORM, type: 'object' },
  mode: 'automation',
  endWhen: null,
  endCommand: null,
  tests: false,
};

/** `review` on a pull request: a task that reads it. It never steers what goes on there, but waits for its turn. */
export async function submitReview(
  deps: TriggerDeps,
  trigger: Trigger,
  command: MentionCommand,
): Promise<Handled> {
  const { thread } = trigger;
  if (!thread.isPullRequest) {
    deps.reply(trigger, replies.nothingToReview());
    return ignored('there is no pull request to review');
  }
  const [pull, config, defaults] = await Promise.all([
    trigger.pull ?? deps.readPull(trigger),
    deps.configOf(trigger),
    deps.taskDefaults(trigger),
  ]);
  if (config.status === 'invalid') {
    deps.reply(trigger, replies.invalidConfig(thread.repository, config.mistakes));
    return ignored(`${REPOSITORY_CONFIG_PATH} is not valid`);
  }
  const session = sessionOf(trigger, pull);
  const layers = [REVIEW_OPTIONS, command.options, optionsOfRepository(config), defaults];
  const request: TaskRequest = {
    ...(await requestOf(deps, trigger, command, pull)),
    reviewOf: { headSha: pull.headSha, base: pull.baseRef },
    options: settleTaskOptions(...layers),
  };
  const target = deps.session(session.id);
  const known = await target.overview();
  const isBusy = known?.tasks.some(({ state }) => !isTerminal(state)) === true;
  const result = isBusy ? await target.addTask(request) : await target.submit(session, request);
  const deed = { action: 'task.created', sessionId: session.id } as const;
  if (result.status === 'refused') {
    deps.note(trigger, { ...deed, taskId: null, refused: result.code });
    deps.reply(trigger, replies.refused(result.message, result.remedy));
    return ignored(`refused: ${result.message}`);
  }
  deps.note(trigger, { ...deed, taskId: result.task.id, refused: null });
  return done(result.task.id);
}

async function requestOf(
  deps: TriggerDeps,
  trigger: Trigger,
  command: MentionCommand,
  pull: PullRef,
): Promise<Omit<TaskRequest, 'options'>> {
  const { opening, title, thread } = trigger;
  const { files, threads } = await deps.readReview(trigger, pull);
  const request = buildReviewRequest(command.text, pull.headSha).slice(0, MAX_MESSAGE_CHARS);
  const { headSha } = pull;
  const subject = { number: thread.issueNumber, title, description: opening, headSha, files, threads };
  return {
    triggerId: trigger.triggerId,
    source: 'github',
    requester: requesterOf(trigger),
    request,
    context: buildReviewContext(subject, contextBudget(request)),
  };
}
