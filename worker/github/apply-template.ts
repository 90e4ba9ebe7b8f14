import { type Prompt, renderPrompt } from '../../protocol/prompts.ts';
import type { GivenTaskOptions } from '../../protocol/task-options.ts';
import type { MentionCommand } from './parse-mention.ts';

/** What a request says with its template in it. */
export type Templated =
  | { status: 'ready'; text: string; options: GivenTaskOptions }
  | { status: 'wrong'; problems: string[] };

/** The request of a command: what its template makes, then what else was written. @param found null: there is none */
export function applyTemplate({ template, text }: MentionCommand, found: Prompt | null): Templated {
  if (template === undefined) return { status: 'ready', text, options: {} };
  const { name, variables } = template;
  if (found === null) {
    return { status: 'wrong', problems: [`There is no template called "${name}" in this account.`] };
  }
  const rendered = renderPrompt(found, variables);
  if (rendered.status === 'rendered') {
    return { status: 'ready', text: [rendered.text, text].join('\n\n').trim(), options: found.options };
  }
  const problems = rendered.mistakes.map(({ path, message }) => {
    const variable = path.replace(/^variables\.?/, '');
    return `Template "${name}": ${variable === '' ? 'its variables' : `"${variable}"`} ${message}.`;
  });
  return { status: 'wrong', problems };
}
