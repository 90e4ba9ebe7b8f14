import { z } from 'zod';
import {
  type AskedQuestion,
  MAX_CHOICES,
  MAX_DESCRIPTION_CHARS,
  MAX_LABEL_CHARS,
  MAX_PERMISSION_INPUT_BYTES,
  MAX_QUESTION_CHARS,
  MAX_QUESTIONS,
  PERMISSION_CHOICES,
} from '../../protocol/questions.ts';
import { cutText } from '../claude/cut-text.ts';
import type { ToolQuestion } from '../claude/tool-question.ts';

/** What the tool AskUserQuestion takes. */
export const askInputSchema = z.object({
  questions: z
    .array(
      z.object({
        question: z.string().min(1),
        header: z.string().nullish(),
        multiSelect: z.boolean().default(false),
        options: z
          .array(z.object({ label: z.string().min(1), description: z.string().default('') }))
          .max(MAX_CHOICES),
      }),
    )
    .min(1)
    .max(MAX_QUESTIONS),
});

const PERMISSION_ITEM = {
  header: null,
  multiSelect: false,
  choices: [
    { label: PERMISSION_CHOICES.once, description: 'This one time.' },
    { label: PERMISSION_CHOICES.always, description: 'This tool, until the task ends.' },
    { label: PERMISSION_CHOICES.deny, description: 'Say why, and Claude finds another way.' },
  ],
};

/** Makes of a tool use what people are asked. Null: Claude asks in a way that can't be read. */
export function describeToolQuestion(
  { kind, toolUseId, name, input }: ToolQuestion,
  clean: (text: string) => string,
): AskedQuestion | null {
  const questionId = toolUseId.replace(/[^\w-]/g, '_').slice(0, 100);
  if (kind === 'permission') {
    const text = `May Claude use the tool ${name.slice(0, MAX_LABEL_CHARS)}?`;
    const items = [{ ...PERMISSION_ITEM, text }];
    return { questionId, kind, items, tool: { name: name.slice(0, 200), input: shownInput(input, clean) } };
  }
  const parsed = askInputSchema.safeParse(input);
  if (!parsed.success) return null;
  const items = parsed.data.questions.map(({ question, header, multiSelect, options }) => ({
    text: question.slice(0, MAX_QUESTION_CHARS),
    header: header?.slice(0, MAX_LABEL_CHARS) ?? null,
    multiSelect,
    choices: options.map(({ label, description }) => ({
      label: label.slice(0, MAX_LABEL_CHARS),
      description: description.slice(0, MAX_DESCRIPTION_CHARS),
    })),
  }));
  return { questionId, kind, items, tool: null };
}

/** What people see of a tool's input. */
export function shownInput(input: ToolQuestion['input'], clean: (text: string) => string) {
  return cutText(clean(JSON.stringify(input)), MAX_PERMISSION_INPUT_BYTES);
}
