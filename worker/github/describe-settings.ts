import type { RepositoryConfig, RepositoryConfigState } from '../../protocol/repository-config.ts';
import { REPOSITORY_CONFIG_PATH } from '../../protocol/repository-config.ts';
import { DEFAULT_REPAIRS } from '../../protocol/repository-triggers.ts';
import type { GivenTaskOptions } from '../../protocol/task-options.ts';
import { codeSpan } from '../session/render/escape-markdown.ts';

/** More names than these are counted. */
const MAX_NAMES = 15;

const APPROVALS = {
  pull_request: 'work leaves as a pull request, whose review is the approval',
  before_push: 'work waits until somebody approves it; nothing is pushed before',
  none: 'work is pushed at once',
} as const;

/** What a repository's settings allow, for the answer to `help`. Names are other people's text: as code they notify and link nobody. */
export function describeSettings(
  config: RepositoryConfigState,
  botName: string,
  { templates, account }: { templates: readonly string[]; account: GivenTaskOptions },
): string {
  if (config.status === 'invalid') {
    const { length } = config.mistakes;
    return `\`${REPOSITORY_CONFIG_PATH}\` has ${length} mistake(s): no work starts until they are corrected.`;
  }
  const settings: RepositoryConfig = config.status === 'valid' ? config.config : {};
  const { authors = [], gates, project, schedules = {} } = settings;
  const approval = settings.approval ?? account.approval ?? 'pull_request';
  const checks = gates?.checks ?? [];
  const rows = [
    ['Who may ask', `people who may push${also(authors)}`],
    ['What else starts work', triggersOf(settings, botName)],
    [
      'Before work leaves',
      `${checks.length === 0 ? 'no gates' : `gates ${names(checks.map(({ name }) => name))}`}; ${APPROVALS[approval]}`,
    ],
    ['Limits', limitsOf(settings, account)],
    ['Templates', templates.length === 0 ? 'none' : names(templates)],
    ...(project === undefined ? [] : [['Project', names([project])]]),
    ...(Object.keys(schedules).length === 0 ? [] : [['Schedules', names(Object.keys(schedules))]]),
  ];
  return [
    config.status === 'none' ? 'In this repository (it has no settings of its own):' : 'In this repository:',
    '',
    ...rows.map(([what, how]) => `- **${what}**: ${how}.`),
  ].join('\n');
}

function also(authors: readonly string[]): string {
  return authors.length === 0 ? '' : `, and ${names(authors)}`;
}

function triggersOf({ triggers = {} }: RepositoryConfig, botName: string): string {
  const {
    label = botName,
    assignee,
    pull_request: opened,
    failed_checks: repairs = DEFAULT_REPAIRS,
  } = triggers;
  const found = [
    ...(label === false ? [] : [`the label ${names([label])}`]),
    `an assignment of ${names([...(assignee === undefined ? [] : [assignee]), `${botName}[bot]`])}`,
    ...(opened === undefined ? [] : ['an opened pull request']),
    ...(repairs === 0 ? [] : [`failed checks of what was pushed (${repairs} time(s) at most)`]),
  ];
  return found.join(', ');
}

function limitsOf({ limits = {} }: RepositoryConfig, account: GivenTaskOptions): string {
  const minutes = limits.minutes ?? account.maxMinutes;
  const usd = limits.usd ?? account.maxUsd;
  const turns = limits.turns ?? account.maxTurns;
  const said = [
    ...(minutes == null ? [] : [`${minutes} minutes`]),
    ...(usd == null ? [] : [`$${usd}`]),
    ...(turns == null ? [] : [`${turns} turns`]),
  ];
  return said.length === 0 ? 'those that every task has' : said.join(', ');
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, MAX_NAMES).map((name) => codeSpan(name));
  return all.length > MAX_NAMES ? `${shown.join(', ')} and ${all.length - MAX_NAMES} more` : shown.join(', ');
}
