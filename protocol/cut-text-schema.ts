import { z } from 'zod';

/**
 * Text that may have been cut to fit: `bytes` is its whole length in UTF-8. `kept` is where the runner that did the
 * work keeps the whole, below its data folder, until the session's files are cleaned up.
 */
export const cutTextSchema = z.object({
  text: z.string(),
  bytes: z.int().min(0),
  cut: z.boolean(),
  kept: z.string().max(300).optional(),
});
export type CutText = z.infer<typeof cutTextSchema>;
