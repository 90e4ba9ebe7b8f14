import type { AccountKey } from '../../protocol/ids.ts';
import {
  type ConfigMistake,
  optionsOfRepository,
  REPOSITORY_CONFIG_PATH,
  type RepositoryConfigState,
} from '../../protocol/repository-config.ts';
import { type GivenTaskOptions, settleTaskOptions, type TaskOptions } from '../../protocol/task-options.ts';
import type { TemplateUse } from '../../protocol/template-use.ts';
import { type Caller, mustReachAccount } from '../access/caller.ts';
import { accountOf } from '../account/account-of.ts';
import type { Env } from '../env.ts';
import { createLogger } from '../logger.ts';
import { appOf } from '../read-app.ts';
import type { GitHubPlace, TaskPlace } from '../repository-config/github-place.ts';
import { withDeadline } from '../with-deadline.ts';
import { installationOf } from './durable-objects.ts';
import { ProblemError } from './problem.ts';
import type { AppContext } from './route.ts';
import { renderTemplate } from './use-template.ts';

type Asked = {
  prompt?: string | undefined;
  template?: TemplateUse | undefined;
  options?: GivenTaskOptions | undefined;
};

/** A request to GitHub ends after 12 s; beyond this the account's object itself hangs. */
export const GITHUB_DEADLINE_MS = 20_000;

const logger = createLogger({ part: 'http' });

/**
 * The request and the options of a task: what the caller says goes before the template, the project, the repository's
 * file and the account's settings.
 *
 * @throws ProblemError when the template or the repository's file does not fit, or GitHub can't be asked for the file:
 * a task without it would pass over what it asks for, such as approval before a push
 */
export async function settleTask(
  c: AppContext,
  caller: Caller,
  place: TaskPlace & { account: AccountKey },
  asked: Asked,
): Promise<{ prompt: string; options: TaskOptions }> {
  if (asked.template !== undefined) mustReachAccount(caller, place.account, 'viewer');
  return settleTaskFor(c.env, place, asked);
}

/** The same for work that nobody calls for at this moment: whoever planned it was judged then. */
export async function settleTaskFor(
  env: Env,
  { account, github, projectId }: TaskPlace & { account: AccountKey },
  asked: Asked,
): Promise<{ prompt: string; options: TaskOptions }> {
  const { projects, settings: desk } = accountOf(env, account);
  const [template, project, config, { settings }] = await Promise.all([
    asked.template === undefined ? null : renderTemplate(env, account, asked.template),
    projectId === null ? null : projects.find(projectId),
    readConfig(env, account, github),
    desk.read(),
  ]);
  if (config.status === 'invalid') throw invalidSettingsProblem(config.mistakes);
  const layers = [
    asked.options,
    template?.options,
    project?.options,
    optionsOfRepository(config),
    settings.tasks,
  ];
  const prompt = template?.text ?? asked.prompt;
  if (prompt === undefined) throw new Error('A task needs a prompt or a template; the body was not checked.');
  return { prompt, options: settleTaskOptions(...layers) };
}

async function readConfig(
  env: Env,
  account: AccountKey,
  github: GitHubPlace | null,
): Promise<RepositoryConfigState> {
  if (github === null || (await appOf(env)).githubApp === null) return { status: 'none' };
  const { installationId, repository } = github;
  const reading = installationOf(env, account).repositoryConfig(installationId, repository);
  try {
    return await withDeadline(reading, GITHUB_DEADLINE_MS, 'Reading the file');
  } catch (error) {
    logger.warn('repository_config.unread', { repositoryId: repository.id, error });
    throw new ProblemError(503, 'github_unavailable', {
      title: 'GitHub does not answer',
      detail: `${REPOSITORY_CONFIG_PATH} of ${repository.owner}/${repository.name} could not be read.`,
      remedy: "Try again in a moment; GitHub's status page says whether it is down.",
    });
  }
}

function invalidSettingsProblem(mistakes: readonly ConfigMistake[]): ProblemError {
  return new ProblemError(422, 'invalid_settings', {
    title: "The repository's settings are not valid",
    detail: `${REPOSITORY_CONFIG_PATH} on the default branch has ${mistakes.length} mistake(s).`,
    remedy: 'Correct the file there; "errors" names each mistake with its line.',
    errors: mistakes.map(({ path, line, message }) => ({
      path: `${REPOSITORY_CONFIG_PATH}:${line}${path === '' ? '' : ` ${path}`}`,
      message,
    })),
  });
}
