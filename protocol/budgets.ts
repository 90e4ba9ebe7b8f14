import { z } from 'zod';
import { accountKeySchema } from './ids.ts';

const spentSchema = { limitUsd: z.number().nullable(), spentUsd: z.number().min(0) };

/** What an account's budgets are and what is spent of them today. Limits are null where there is none. */
export const budgetsViewSchema = z.object({
  account: accountKeySchema,
  timeZone: z.string(),
  /** The day, in ms since 1970; `until` belongs to the next. */
  from: z.int(),
  until: z.int(),
  ...spentSchema,
  /** Those who spent most today, the first one most. */
  people: z.array(z.object({ login: z.string(), ...spentSchema })),
  repositories: z.array(z.object({ id: z.int(), name: z.string(), ...spentSchema })),
});
export type BudgetsView = z.infer<typeof budgetsViewSchema>;
