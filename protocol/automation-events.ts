import { z } from 'zod';
import { cutTextSchema } from './cut-text-schema.ts';
import { usageSchema } from './usage.ts';

/** A small model was asked on the task's behalf, whatever came of it; its cost is the task's. */
export const automationAskedSchema = z.object({
  type: z.literal('automation.asked'),
  purpose: z.enum(['judge', 'respond']),
  usage: usageSchema,
  model: z.string().nullable(),
  durationMs: z.number().min(0),
  /** Why there is no answer to use; null where there is one. */
  trouble: z.string().max(1_000).nullable(),
});

/** The end criteria were looked at after a turn. `iteration` counts from 1. */
export const automationJudgedSchema = z.object({
  type: z.literal('automation.judged'),
  iteration: z.int().positive(),
  holds: z.boolean(),
  command: z
    .object({
      line: z.string().max(2_000),
      /** Null: it was ended by a signal, its time limit, or could not be started. */
      exitCode: z.int().nullable(),
      timedOut: z.boolean(),
      output: cutTextSchema,
      durationMs: z.number().min(0),
    })
    .nullable(),
  sentence: z
    .object({
      text: z.string().max(2_000),
      verdict: z.enum(['holds', 'missing', 'unclear']),
      /** Each quote stands word for word in what the model was shown. */
      evidence: z.array(z.object({ source: z.string().max(50), quote: z.string().max(1_000) })).max(10),
    })
    .nullable(),
  /** What is still missing; null when all hold. */
  missing: z.string().max(2_000).nullable(),
});

/** The task goes on by itself: what Claude is told. */
export const automationContinuedSchema = z.object({
  type: z.literal('automation.continued'),
  iteration: z.int().positive(),
  by: z.enum(['responder', 'criteria']),
  text: z.string().max(8_000),
});

/** Nobody but a person can go on: after each turn of a chat, or where the responder is unsure. */
export const inputWantedSchema = z.object({
  type: z.literal('input.wanted'),
  kind: z.enum(['chat', 'automation']),
  text: z.string().max(4_000).nullable(),
});
