import { z } from 'zod';

/** Whose terminal a session shows. Nothing can be run in it from here. */
export const attachedSchema = z.object({
  by: z.string().max(100),
  host: z.string().max(200).nullable(),
  /** When it last reported. */
  lastReportAt: z.int(),
});
export type Attached = z.infer<typeof attachedSchema>;
