import { z } from 'zod';
import { cutTextSchema } from './cut-text-schema.ts';
import { taskIdSchema } from './ids.ts';

/** `question`: Claude asks. `permission`: a tool is not among those that the task may use without asking. */
export const questionKindSchema = z.enum(['question', 'permission']);

/** Claude Code allows four questions of four choices; what is longer is cut by the runner, which maps labels back. */
export const MAX_QUESTIONS = 4;
export const MAX_CHOICES = 10;
export const MAX_LABEL_CHARS = 200;
export const MAX_DESCRIPTION_CHARS = 1_000;
export const MAX_QUESTION_CHARS = 2_000;
/** Of the input of a tool that a permission is asked for: what people read before they decide. */
export const MAX_PERMISSION_INPUT_BYTES = 4_000;
/** An answer in one's own words. */
export const MAX_ANSWER_CHARS = 8_000;

const choiceSchema = z.object({
  label: z.string().min(1).max(MAX_LABEL_CHARS),
  description: z.string().max(MAX_DESCRIPTION_CHARS),
});

/** One thing that is asked. Claude asks up to four at once. */
export const questionItemSchema = z.object({
  text: z.string().min(1).max(MAX_QUESTION_CHARS),
  /** A word or two above it. */
  header: z.string().max(200).nullable(),
  /** More than one choice may be taken. */
  multiSelect: z.boolean(),
  choices: z.array(choiceSchema).max(MAX_CHOICES),
});
export type QuestionItem = z.infer<typeof questionItemSchema>;

/** By Claude's tool use, so that a question that is asked again is known. */
export const questionIdSchema = z.string().regex(/^[\w-]{1,100}$/);

export const askedQuestionSchema = z.object({
  questionId: questionIdSchema,
  kind: questionKindSchema,
  items: z.array(questionItemSchema).min(1).max(MAX_QUESTIONS),
  /** What Claude wants to run, for a permission. The input is JSON text. */
  tool: z.object({ name: z.string().max(200), input: cutTextSchema }).nullable(),
});
export type AskedQuestion = z.infer<typeof askedQuestionSchema>;

/** Labels of choices as they were given, words of one's own, or both. */
const givenAnswerSchema = z.strictObject({
  choices: z.array(z.string().max(MAX_LABEL_CHARS)).max(MAX_CHOICES).default([]),
  text: z.string().trim().min(1).max(MAX_ANSWER_CHARS).nullable().default(null),
});

/** `answers`: one for each item, in their order. `declined`: no answer; Claude is told why. */
export const questionReplySchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('answers'),
    answers: z.array(givenAnswerSchema).min(1).max(MAX_QUESTIONS),
  }),
  z.strictObject({
    type: z.literal('declined'),
    reason: z.string().trim().min(1).max(2_000).nullable().default(null),
  }),
]);
export type QuestionReply = z.infer<typeof questionReplySchema>;
export type QuestionReplyInput = z.input<typeof questionReplySchema>;

/** The choices of a permission, by the words that people and programs send. */
export const PERMISSION_CHOICES = { once: 'Allow', always: 'Allow for this task', deny: 'Deny' } as const;

/** What happens when nobody answers in time. */
export const NO_ANSWER_POLICIES = ['continue', 'deny', 'first_choice', 'stop'] as const;
export const noAnswerPolicySchema = z.enum(NO_ANSWER_POLICIES);
export type NoAnswerPolicy = z.infer<typeof noAnswerPolicySchema>;

/** How a question stands. Times are ms since 1970. */
export const questionStateSchema = z.discriminatedUnion('status', [
  /** `endsAt`: then `onNoAnswer` is done. */
  z.object({ status: z.literal('open'), endsAt: z.int(), onNoAnswer: noAnswerPolicySchema }),
  /** `by`: a person's login; null when nobody answered in time. */
  z.object({
    status: z.literal('answered'),
    reply: questionReplySchema,
    by: z.string().nullable(),
    at: z.int(),
  }),
  /** Nobody waits for an answer any more. */
  z.object({ status: z.literal('withdrawn'), at: z.int() }),
]);
export type QuestionState = z.infer<typeof questionStateSchema>;

export const questionViewSchema = z.object({
  id: questionIdSchema,
  taskId: taskIdSchema,
  kind: questionKindSchema,
  items: z.array(questionItemSchema),
  tool: askedQuestionSchema.shape.tool,
  askedAt: z.int(),
  state: questionStateSchema,
});
export type QuestionView = z.infer<typeof questionViewSchema>;

/** Facts of the runner. */
export const questionAskedSchema = askedQuestionSchema.extend({ type: z.literal('question.asked') });
/** No process of Claude's waits any more: it ended by itself, and is started anew with the answer. */
export const questionParkedSchema = z.object({
  type: z.literal('question.parked'),
  questionId: questionIdSchema,
  /** Claude Code itself holds the tool use, and goes on with it; else it is told the answer in words. */
  deferred: z.boolean(),
});
/** Claude has the answer, or (`withdrawn`) waits for none any more. `grants`: the tool that needs no question from now on. */
export const questionSettledSchema = z.object({
  type: z.literal('question.settled'),
  questionId: questionIdSchema,
  how: z.enum(['answered', 'withdrawn']),
  grants: z.string().max(200).nullable(),
});
/** A fact of the session: the first answer counts. `by`: null when nobody answered in time. */
export const questionAnsweredSchema = z.object({
  type: z.literal('question.answered'),
  questionId: questionIdSchema,
  reply: questionReplySchema,
  by: z.string().nullable(),
});

export const questionListSchema = z.object({ items: z.array(questionViewSchema) });

/** A reply that fits the question it is for; else what is wrong with it, for whoever sent it. */
export function checkReply(items: readonly QuestionItem[], reply: QuestionReply): string | null {
  if (reply.type === 'declined') return null;
  if (reply.answers.length !== items.length) {
    return `There ${items.length === 1 ? 'is 1 question' : `are ${items.length} questions`}; the reply has ${reply.answers.length} answers.`;
  }
  for (const [index, item] of items.entries()) {
    const { choices, text } = reply.answers[index] ?? { choices: [], text: null };
    const where = `Answer ${index + 1}`;
    if (choices.length === 0 && text === null) return `${where} is empty.`;
    if (choices.length > 1 && !item.multiSelect) return `${where}: only one choice may be taken.`;
    const unknown = choices.find((label) => !item.choices.some((choice) => choice.label === label));
    if (unknown !== undefined) {
      const known = item.choices.map(({ label }) => `"${label}"`).join(', ');
      return `${where}: there is no choice "${unknown.slice(0, 100)}". Possible are: ${known}.`;
    }
  }
  return null;
}
