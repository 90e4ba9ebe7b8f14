import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import type { RepositoryConfigState } from '../../protocol/repository-config.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { judgeAuthor } from './check-permission.ts';
import { type ParsedMention, parseMention } from './parse-mention.ts';
import type { Trigger } from './read-payload.ts';
import type { TriggerDeps } from './trigger-deps.ts';

export type Heard =
  /** Of an event that asks by the repository's settings the text is what they ask for. */
  | { status: 'heard'; trigger: Trigger; parsed: Exclude<ParsedMention, { status: 'nothing' }> }
  | { status: 'nothing'; reason: string };

export type HearDeps = Pick<TriggerDeps, 'botName' | 'configOf'> & {
  session: (id: string) => Pick<ReturnType<TriggerDeps['session']>, 'overview'>;
};

/**
 * What a trigger asks of us: by a mention, or by what the repository's settings say of a label, an assignment or a
 * pull request. Whether its author may ask is judged after this, but for those who never may.
 */
export async function hearTrigger(deps: HearDeps, trigger: Trigger): Promise<Heard> {
  const parsed = parseMention(trigger.text, deps.botName);
  if (parsed.status === 'nothing' && trigger.occasion.type === 'written') return parsed;
  const verdict = judgeAuthor(trigger.author, deps.botName);
  if (verdict.status === 'refused') return nothing(verdict.reason);
  if (parsed.status !== 'nothing') return { status: 'heard', trigger, parsed };

  const asked = askedBySettings(trigger, await deps.configOf(trigger), deps.botName);
  if (asked.status === 'nothing') return asked;
  const { repository, issueNumber } = trigger.thread;
  const known = await deps.session(sessionIdOf(githubConversationKey(repository.id, issueNumber))).overview();
  // An event says nothing new: unlike a mention it does not steer the work that it finds.
  if (known?.tasks.some(({ state }) => !isTerminal(state)) === true) {
    return nothing('work goes on there already');
  }
  const command = { type: 'prompt', text: asked.text, options: {} } as const;
  // What was written is no request then, and is shown to Claude as what somebody wrote.
  const opening = trigger.opening ?? { author: trigger.author.login, text: trigger.text };
  return { status: 'heard', trigger: { ...trigger, opening }, parsed: { status: 'command', command } };
}

type Asked = { status: 'asked'; text: string } | { status: 'nothing'; reason: string };

/** What an event asks for by the settings of its repository. An empty text: what the issue or pull request says. */
export function askedBySettings(
  { occasion }: Pick<Trigger, 'occasion'>,
  config: RepositoryConfigState,
  botName: string,
): Asked {
  // With mistakes in the file the defaults hold; whoever asks by them is told of the mistakes.
  const settings = config.status === 'valid' ? (config.config.triggers ?? {}) : {};
  switch (occasion.type) {
    case 'written':
      return nothing('it mentions nobody');
    case 'labeled': {
      const { label = botName } = settings;
      const isOurs = label !== false && isSame(label, occasion.label);
      return isOurs ? { status: 'asked', text: '' } : nothing(`the label "${occasion.label}" starts nothing`);
    }
    case 'assigned': {
      const names = [`${botName}[bot]`, ...(settings.assignee === undefined ? [] : [settings.assignee])];
      const isOurs = names.some((name) => isSame(name, occasion.login));
      return isOurs ? { status: 'asked', text: '' } : nothing('it was assigned to somebody else');
    }
    case 'opened': {
      const { pull_request: text } = settings;
      if (text === undefined)
        return nothing('it mentions nobody, and nothing is asked for of each pull request');
      return occasion.draft ? nothing('it is a draft') : { status: 'asked', text };
    }
  }
}

/** Neither labels nor logins of GitHub differ by case. */
const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function nothing(reason: string): { status: 'nothing'; reason: string } {
  return { status: 'nothing', reason };
}
