import { z } from 'zod';
import { gateKindSchema, gateStatusSchema, gateSummarySchema } from './gates.ts';
import { accountKeySchema } from './ids.ts';
import { momentRangeParameters } from './moments.ts';

export const MAX_GATE_RESULTS = 100;
const DEFAULT_GATE_RESULTS = 50;

/** What results of gates are asked by. */
export const gateResultFilters = {
  account: accountKeySchema.optional(),
  ...momentRangeParameters,
  /** GitHub's numeric id. */
  repository: z.coerce.number().int().positive().optional(),
  name: z.string().min(1).max(100).optional(),
  kind: gateKindSchema.optional(),
  outcome: gateStatusSchema.optional(),
  limit: z.coerce.number().int().min(1).max(MAX_GATE_RESULTS).default(DEFAULT_GATE_RESULTS),
};

/** One gate's end in one round. Its output and findings are in the event of that number. */
export const gateResultRowSchema = gateSummarySchema.extend({
  sessionId: z.uuid(),
  /** Of the session's log: `GET /api/sessions/{id}/events`. */
  eventId: z.int(),
  taskId: z.string(),
  repositoryId: z.int().nullable(),
  /** Places in files that it found something at. */
  findings: z.int().min(0),
  at: z.int(),
});
export type GateResultRow = z.infer<typeof gateResultRowSchema>;

export const gateResultPageSchema = z.object({
  items: z.array(gateResultRowSchema),
  next: z.string().nullable(),
});
