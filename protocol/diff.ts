import { z } from 'zod';
import { changedFileSchema, cutTextSchema } from './events.ts';
import { taskIdSchema } from './ids.ts';

/** What a task, or one turn of it, changed, as it was captured last. */
export const diffViewSchema = z.object({
  taskId: taskIdSchema,
  /** Null: all of the task's work. */
  turn: z.int().positive().nullable(),
  /** Turns that can be asked for by themselves; none of a task with one turn. */
  turns: z.array(z.int().positive()),
  /** Names the state that it leads to; empty in a folder that is too big to look at. */
  tree: z.string(),
  files: z.array(changedFileSchema),
  /** More files changed than are listed; the sums count them all. */
  filesCut: z.boolean(),
  insertions: z.int().min(0),
  deletions: z.int().min(0),
  patch: cutTextSchema,
});
export type DiffView = z.infer<typeof diffViewSchema>;
