import { z } from 'zod';
import { changedFileSchema, cutTextSchema } from './events.ts';
import { taskIdSchema } from './ids.ts';

const changesSchema = z.object({
  files: z.array(changedFileSchema),
  /** More files changed than are listed; the sums count them all. */
  filesCut: z.boolean(),
  insertions: z.int().min(0),
  deletions: z.int().min(0),
  patch: cutTextSchema,
});

/** What a task changed in another repository than the one that its session works in. */
const sideDiffSchema = changesSchema.extend({
  repositoryId: z.int().positive(),
  /** `owner/name` */
  repository: z.string().max(201),
  tree: z.string(),
});
export type SideDiff = z.infer<typeof sideDiffSchema>;

/** What a task, or one turn of it, changed, as it was captured last. */
export const diffViewSchema = changesSchema.extend({
  taskId: taskIdSchema,
  /** Null: all of the task's work. */
  turn: z.int().positive().nullable(),
  /** Turns that can be asked for by themselves; none of a task with one turn. */
  turns: z.array(z.int().positive()),
  /**
   * Names the state that it leads to, and is what an approval is bound to: the tree, or of several repositories a
   * digest of all their trees. Empty in a folder that is too big to look at.
   */
  tree: z.string(),
  /** The other repositories that something was changed in; empty for a turn, which is told of the first one alone. */
  repositories: z.array(sideDiffSchema),
});
export type DiffView = z.infer<typeof diffViewSchema>;
