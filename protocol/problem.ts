import { z } from 'zod';

/** RFC 9457. `type` is `urn:signalbox:problem:<code>`; `remedy` says what to do. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: z.string(),
  detail: z.string(),
  remedy: z.string(),
  /** Where the input is wrong, as JSON paths. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
