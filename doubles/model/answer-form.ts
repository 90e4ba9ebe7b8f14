import type { MessagesRequest } from './messages-schema.ts';
import { blocksOf, isText } from './messages-schema.ts';
import type { Step } from './script.ts';
import { text, tool } from './script.ts';

/** The tool by which Claude Code has a model answer in a given form. */
const FORM_TOOL = 'StructuredOutput';

/** The CLI offers it where it keeps tools back. */
const PLACEHOLDER = 'DeferredToolPlaceholder';

/**
 * Whether nothing but an answer in a form is asked for, as a judge or a responder is asked. A task with a schema has its
 * other tools, too.
 */
export function asksForForm({ tools = [] }: MessagesRequest): boolean {
  const names = tools.map(({ name }) => name).filter((name) => name !== PLACEHOLDER);
  return names.length === 1 && names[0] === FORM_TOOL;
}

/**
 * Plays the small model. The newest of these marks in what it is shown says what it answers:
 *
 * - `{{holds-when:needle}}`: the end criterion holds once a line of the work has the needle, and quotes that line;
 *   `{{holds-when:needle!hint}}` says the hint until then;
 * - `{{invent}}`: it holds, by a quote that stands nowhere;
 * - `{{unclear}}`: it can't be told;
 * - `{{respond:words}}`: the answer to Claude, with `<<` and `>>` for the brackets of a script's mark, as in a hint;
 * - `{{all-done}}`: Claude needs no answer; `{{unsure:why}}`: only a person knows;
 * - `{{no-form}}`: an answer without any form.
 *
 * Each answer waits while `hold('form')` is in force.
 */
export function answerForm(body: MessagesRequest): readonly Step[] {
  const shown = body.messages
    .filter(({ role }) => role === 'user')
    .flatMap((message) => blocksOf(message).filter(isText))
    .map((block) => block.text)
    .join('\n');
  const done = text('Answered.');
  const mark = [...shown.matchAll(/\{\{(?<name>[a-z-]+)(?::(?<arg>[^{}]*))?\}\}/g)].at(-1)?.groups;
  const arg = mark?.arg ?? '';
  const form = (output: Record<string, unknown>) => [{ ...tool(FORM_TOOL, output), hold: 'form' }, done];
  switch (mark?.name) {
    case 'holds-when':
      return form(judgeByNeedle(shown, arg.split('!')[0] ?? '', arg.split('!')[1] ?? null));
    case 'invent':
      return form({
        verdict: 'holds',
        evidence: [{ source: 'changes', quote: 'nobody wrote this' }],
        missing: '',
      });
    case 'unclear':
      return form({ verdict: 'unclear', evidence: [], missing: 'It can not be told from what is shown.' });
    case 'respond': {
      return form({ decision: 'answer', message: unfold(arg), reason: 'The request says so.' });
    }
    case 'all-done':
      return form({ decision: 'done', message: '', reason: 'The question is a courtesy.' });
    case 'unsure':
      return form({ decision: 'unsure', message: '', reason: arg });
    default:
      return [done];
  }
}

/** Looks at what lies in the parts of the work, not at the mark itself. */
function judgeByNeedle(shown: string, needle: string, hint: string | null): Record<string, unknown> {
  for (const [, source, body] of shown.matchAll(
    /<part-[\w-]+ name="(answer|changes|command)">\n([\s\S]*?)\n<\/part-/g,
  )) {
    const quote = body?.split('\n').find((line) => line.includes(needle) && !line.includes('{{'));
    if (quote !== undefined) return { verdict: 'holds', evidence: [{ source, quote }], missing: '' };
  }
  return { verdict: 'missing', evidence: [], missing: unfold(hint ?? `There is no ${needle} yet.`) };
}

function unfold(text: string): string {
  return text.replaceAll('<<', '[[').replaceAll('>>', ']]');
}
