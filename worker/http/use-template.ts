import type { AccountKey } from '../../protocol/ids.ts';
import { renderPrompt } from '../../protocol/prompts.ts';
import type { GivenTaskOptions } from '../../protocol/task-options.ts';
import type { TemplateUse } from '../../protocol/template-use.ts';
import { type Caller, mustReachAccount } from '../access/caller.ts';
import { accountOf } from '../account/account-of.ts';
import type { Env } from '../env.ts';
import { notFoundProblem, ProblemError } from './problem.ts';
import type { AppContext } from './route.ts';

type FromTemplate = { text: string; options: GivenTaskOptions };

/** The request and the options that a template makes. @throws ProblemError 404 without it, 422 for its variables */
export async function useTemplate(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  use: TemplateUse,
): Promise<FromTemplate> {
  mustReachAccount(caller, account, 'viewer');
  return renderTemplate(c.env, account, use);
}

/** The same for work that was asked for before, by somebody whose right to it was judged then. */
export async function renderTemplate(
  env: Env,
  account: AccountKey,
  { name, variables }: TemplateUse,
): Promise<FromTemplate> {
  const prompt = await accountOf(env, account).prompts.find(name);
  if (prompt === null) throw notFoundProblem(`prompt called ${name}`);
  const rendered = renderPrompt(prompt, variables);
  if (rendered.status === 'rendered') return { text: rendered.text, options: prompt.options };
  throw new ProblemError(422, 'invalid_body', {
    title: "The request's body is not valid",
    detail: `The variables do not fit the prompt "${prompt.name}"; "errors" names each mistake.`,
    remedy: `Read GET /api/prompts/${prompt.name} for what it takes.`,
    errors: rendered.mistakes,
  });
}
