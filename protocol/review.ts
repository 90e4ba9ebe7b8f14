import { z } from 'zod';
import type { ObjectSchema } from './task-options.ts';

/** GitHub shows no more beside a page without hiding them, and nobody reads more. */
export const MAX_FINDINGS = 30;
export const MAX_FINDING_CHARS = 4_000;
export const MAX_REVIEW_SUMMARY_CHARS = 8_000;

/** Longer ones are no longer a small fix. */
const MAX_SUGGESTION_CHARS = 2_000;

export const SEVERITIES = ['high', 'medium', 'low'] as const;

/** Something that is wrong at some lines of a pull request. */
export const findingSchema = z.object({
  /** Names it over repeated reviews, so that it is neither said twice nor missed when it is gone. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/),
  path: z.string().min(1).max(500),
  /** Counted in the new file on the right, in the old one on the left. */
  line: z.int().positive(),
  startLine: z.int().positive().nullable(),
  side: z.enum(['RIGHT', 'LEFT']),
  severity: z.enum(SEVERITIES),
  body: z.string().min(1).max(MAX_FINDING_CHARS),
  /** What the lines are to be instead, where the fix is small. */
  suggestion: z.string().max(MAX_SUGGESTION_CHARS).nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What came of a review. */
export type Review = { summary: string; findings: Finding[] };

/** The form in which Claude answers: what it is asked for, with nothing that a model trips over. */
export const reviewAnswerSchema = z.object({
  summary: z.string().describe('The review as a whole, in a few sentences.'),
  findings: z
    .array(
      z.object({
        id: z
          .string()
          .describe(
            'A short name in lower-case words with hyphens. A finding that is listed as said before and still holds keeps its name.',
          ),
        path: z.string().describe('The file, as the diff names it.'),
        line: z.number().int().describe('The last line that it is about, as the diff numbers it.'),
        start_line: z.number().int().optional().describe('The first line, where it is about several.'),
        side: z.enum(['RIGHT', 'LEFT']).optional().describe('LEFT for a line that was removed.'),
        severity: z.enum(SEVERITIES),
        body: z.string().describe('What is wrong, what follows from it, and what to do.'),
        suggestion: z
          .string()
          .optional()
          .describe(
            'The exact text that replaces these lines, where the fix is small; without line numbers.',
          ),
      }),
    )
    .describe('Only what is wrong and worth a change, the worst first. None is a good answer.'),
});

/** `outputSchema` of a task that reviews. */
export const REVIEW_FORM: ObjectSchema = {
  ...z.toJSONSchema(reviewAnswerSchema),
  type: 'object',
};

/** What Claude answered in that form: what does not fit is cut or left out. @returns null for what is no review at all */
export function readReviewAnswer(json: string): Review | null {
  const answer = reviewAnswerSchema.safeParse(parseJson(json));
  if (!answer.success) return null;
  const findings = answer.data.findings.flatMap((one) => {
    const { id, path, line, start_line = null, side = 'RIGHT', severity, body, suggestion = null } = one;
    const [first, last] =
      start_line === null ? [null, line] : [Math.min(start_line, line), Math.max(start_line, line)];
    const parsed = findingSchema.safeParse({
      id: nameOf(id),
      path: path.replace(/^\.?\//, ''),
      line: last,
      startLine: first === last ? null : first,
      side,
      severity,
      body: body.trim().slice(0, MAX_FINDING_CHARS),
      suggestion: suggestion !== null && suggestion.length <= MAX_SUGGESTION_CHARS ? suggestion : null,
    });
    return parsed.success ? [parsed.data] : [];
  });
  const summary = answer.data.summary.trim().slice(0, MAX_REVIEW_SUMMARY_CHARS);
  return { summary, findings: findings.slice(0, MAX_FINDINGS) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function nameOf(id: string): string {
  const words = id.toLowerCase().match(/[a-z0-9]+/g) ?? ['finding'];
  return words.join('-').slice(0, 60).replace(/-$/, '');
}
