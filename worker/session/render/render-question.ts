import { PERMISSION_CHOICES, type QuestionItem, type QuestionView } from '../../../protocol/questions.ts';
import type { GitHubWrite } from '../../github-write.ts';
import type { SessionRecord, TaskRecord } from '../session-record.ts';
import { codeSpan, escapeMarkdown, quote } from './escape-markdown.ts';
import { formatMoment } from './format-quantities.ts';

/** What Claude asks and how to answer it, as Markdown blocks; none where nothing is open. */
export function describeQuestion({ view }: TaskRecord): string[] {
  const { question } = view;
  return question === undefined ? [] : [...ask(question), howToAnswer(question)];
}

function ask({ kind, items, tool }: QuestionView): string[] {
  if (kind === 'permission' && tool !== null) {
    const input = codeSpan(tool.input.text, 300);
    return [`**Claude needs a permission:** ${codeSpan(tool.name)} with ${input}`, choiceList(items)];
  }
  return items.flatMap((item, index) => {
    const number = items.length === 1 ? '' : ` (${index + 1} of ${items.length})`;
    return [`**Claude asks${number}:**`, quote(item.text), choiceList([item])];
  });
}

function choiceList(items: readonly QuestionItem[]): string {
  return items
    .flatMap(({ choices }) =>
      choices.map(({ label, description }, index) => {
        const why = description === '' ? '' : `: ${escapeMarkdown(oneLine(description))}`;
        return `${index + 1}. ${escapeMarkdown(oneLine(label))}${why}`;
      }),
    )
    .join('\n');
}

function howToAnswer({ kind, items, state }: QuestionView): string {
  const how =
    kind === 'permission'
      ? `Answer with a comment that mentions me and says \`allow\`, \`always\` (${PERMISSION_CHOICES.always.toLowerCase()}) or \`deny\` and why.`
      : items.length > 1
        ? 'Answer with a comment that mentions me: one line for each question, with the number of a choice or words of your own.'
        : `Answer with a comment that mentions me, with the number of a choice${items[0]?.multiSelect === true ? ' (or several, with commas)' : ''} or words of your own.`;
  if (state.status !== 'open') return how;
  return `${how} The first answer counts. ${WITHOUT[state.onNoAnswer]} on ${formatMoment(state.endsAt)}.`;
}

const WITHOUT = {
  continue: 'Without one Claude goes on and decides itself',
  deny: 'Without one it counts as a no',
  first_choice: 'Without one the first choice is taken',
  stop: 'Without one the task stops',
} as const;

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The question in the thread, for an edited comment notifies nobody. Null without a thread. */
export function renderQuestion(
  { thread }: SessionRecord,
  task: TaskRecord,
): Extract<GitHubWrite, { kind: 'reply' }> | null {
  const { question, requester, id: taskId } = task.view;
  if (thread === null || question === undefined) return null;
  const greeting = requester.id === null ? [] : [`@${requester.login}`];
  const body = [...greeting, ...describeQuestion(task)].join('\n\n');
  return { kind: 'reply', key: `question:${taskId}:${question.id}`, taskId, thread, body };
}
