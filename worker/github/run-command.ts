import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import { MAX_MESSAGE_CHARS } from '../../protocol/limits.ts';
import { MAX_REASON_CHARS } from '../../protocol/task.ts';
import { givenTaskOptionsSchema } from '../../protocol/task-options.ts';
import type { SessionRpc } from '../session/session-rpc.ts';
import { describeSettings } from './describe-settings.ts';
import { done, type Handled, ignored } from './handled.ts';
import type { MentionCommand } from './parse-mention.ts';
import type { Trigger } from './read-payload.ts';
import { submitReview } from './review/submit-review.ts';
import { requesterOf } from './session-of-trigger.ts';
import type { Deed, TriggerDeps } from './trigger-deps.ts';
import * as replies from './write-replies.ts';

const ANSWERS = {
  approve: { verdict: 'approved', action: 'task.approved' },
  reject: { verdict: 'rejected', action: 'task.rejected' },
  rework: { verdict: 'rework', action: 'task.reworked' },
} as const;

const NOT_ADMIN = {
  status: 'refused',
  code: 'not_allowed',
  message: 'Only an admin of the repository lets work pass whose checks failed.',
  remedy: 'Ask one of them, or say `retry checks` or what Claude shall do about it.',
} as const;

/** The commands that start nothing new. */
export async function runCommand(
  deps: TriggerDeps,
  trigger: Trigger,
  command: MentionCommand,
  isAdmin: boolean,
): Promise<Handled> {
  const { repository, issueNumber } = trigger.thread;
  const sessionId = sessionIdOf(githubConversationKey(repository.id, issueNumber));
  const session = deps.session(sessionId);
  switch (command.type) {
    case 'stop':
      return answer(
        'task.stopped',
        await session.endTask(null, 'stop', trigger.author.login, command.text || null),
      );
    case 'finish':
      return answer(
        'task.finished',
        await session.orderTask(null, { type: 'finish', by: trigger.author.login }),
      );
    case 'retry':
    case 'resume':
      return answer(
        command.type === 'retry' ? 'task.retried' : 'task.resumed',
        await session.repeatTask(
          null,
          command.type,
          trigger.triggerId,
          requesterOf(trigger),
          givenTaskOptionsSchema.parse(command.options),
        ),
      );
    case 'status':
      deps.reply(trigger, replies.status(await session.overview()));
      return done(null, 'answered with the status');
    case 'help':
      deps.reply(trigger, `${replies.help(deps.botName)}\n\n${await settingsOf(deps, trigger)}`);
      return done(null, 'answered with help');
    case 'approve':
    case 'reject':
    case 'rework': {
      const { verdict, action } = ANSWERS[command.type];
      const reason = command.text.slice(0, MAX_REASON_CHARS) || null;
      const given = { verdict, by: trigger.author.login, via: 'comment', reason, tree: null } as const;
      return answer(action, await session.decide(null, given, 'github'));
    }
    case 'retry_checks': {
      const note = command.text === '' ? null : command.text.slice(0, MAX_MESSAGE_CHARS);
      const how = note === null ? 'gates' : 'claude';
      const order = { type: 'retry_gates', how, note, by: trigger.author.login } as const;
      return answer('task.gates_retried', await session.orderTask(null, order));
    }
    case 'override_checks': {
      const reason = command.text.slice(0, MAX_REASON_CHARS) || null;
      const order = { type: 'override_gates', reason, by: trigger.author.login } as const;
      return answer('task.gates_overridden', isAdmin ? await session.orderTask(null, order) : NOT_ADMIN);
    }
    case 'review':
      return submitReview(deps, trigger, command);
    case 'prompt':
      throw new Error('A prompt is submitted with its thread.');
  }

  function answer(action: Deed['action'], result: Awaited<ReturnType<SessionRpc['endTask']>>): Handled {
    const ok = result.status === 'ok';
    const taskId = ok ? result.task.id : null;
    deps.note(trigger, { action, taskId, sessionId, refused: ok ? null : result.code });
    if (result.status === 'ok') return done(result.task.id);
    deps.reply(trigger, replies.refused(result.message, result.remedy));
    return ignored(`refused: ${result.message}`);
  }
}

async function settingsOf(deps: TriggerDeps, trigger: Trigger): Promise<string> {
  const [config, account, templates] = await Promise.all([
    deps.configOf(trigger),
    deps.taskDefaults(trigger),
    deps.templateNames(trigger),
  ]);
  return describeSettings(config, deps.botName, { account, templates });
}
