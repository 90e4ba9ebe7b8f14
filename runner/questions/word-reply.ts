import { type AskedQuestion, PERMISSION_CHOICES, type QuestionReply } from '../../protocol/questions.ts';
import type { ToolQuestion, ToolVerdict } from '../claude/tool-question.ts';
import { askInputSchema } from './describe-tool-question.ts';

/** An answer as it came: whose it is, or nobody's. */
export type Reply = { reply: QuestionReply; by: string | null };

type Answer = Extract<QuestionReply, { type: 'answers' }>['answers'][number];

const wordsOf = ({ choices, text }: Answer): string =>
  [...choices, ...(text === null ? [] : [text])].join(', ');

/** What a permission comes to. */
export function permissionOf({ reply }: Reply): 'once' | 'always' | 'no' {
  const choice = reply.type === 'answers' ? reply.answers[0]?.choices[0] : undefined;
  if (choice === PERMISSION_CHOICES.always) return 'always';
  return choice === PERMISSION_CHOICES.once ? 'once' : 'no';
}

/** What Claude Code is told about the tool use that waits. */
export function verdictOf(question: ToolQuestion, asked: AskedQuestion, reply: Reply): ToolVerdict {
  if (question.kind === 'permission') {
    if (permissionOf(reply) !== 'no') return { type: 'allow', input: { ...question.input } };
    return { type: 'deny', message: refusalOf(reply) };
  }
  const parsed = askInputSchema.safeParse(question.input);
  if (reply.reply.type === 'declined' || !parsed.success) return { type: 'deny', message: refusalOf(reply) };
  const { answers } = reply.reply;
  const given = parsed.data.questions.map(({ question: text, options }, index) => {
    const answer = answers[index] ?? { choices: [], text: null };
    // Long labels were cut for people; Claude gets its own words back.
    const choices = answer.choices.map((label) => {
      const place = asked.items[index]?.choices.findIndex((choice) => choice.label === label) ?? -1;
      return options[place]?.label ?? label;
    });
    return [text, wordsOf({ ...answer, choices })] as const;
  });
  return { type: 'allow', input: { ...question.input, answers: Object.fromEntries(given) } };
}

function refusalOf({ reply, by }: Reply): string {
  const why = reply.type === 'declined' ? reply.reason : (reply.answers[0]?.text ?? null);
  if (by === null) return why ?? 'Nobody answered in time. Decide yourself and go on.';
  const what = reply.type === 'declined' ? `${by} gave no answer` : `${by} did not allow it`;
  return why === null ? `${what}. Go on without it.` : `${what}: ${why}`;
}

/** The question and its answer in words, for a Claude that can't get them as the result of its tool use. */
export function wordReply({ kind, items, tool }: AskedQuestion, reply: Reply): string {
  if (kind === 'permission') {
    const what = `You had asked to use the tool ${tool?.name ?? '(unknown)'} with this input: ${tool?.input.text ?? '{}'}`;
    const said =
      permissionOf(reply) === 'no' ? refusalOf(reply) : `${reply.by ?? 'Somebody'} allowed it: use it now.`;
    return `${what}\n\n${said}`;
  }
  const { reply: given } = reply;
  const asked = items.map(({ text }) => `You had asked: ${text}`);
  if (given.type === 'declined') return [...asked, refusalOf(reply)].join('\n\n');
  const who = reply.by === null ? 'Nobody answered in time; go on with' : `The answer of ${reply.by}:`;
  return asked
    .map(
      (question, index) =>
        `${question}\n${who} ${wordsOf(given.answers[index] ?? { choices: [], text: null })}`,
    )
    .join('\n\n');
}
