import { z } from 'zod';
import { accountKeySchema } from './ids.ts';

/** A repository that the App reaches. */
export const repositoryViewSchema = z.object({
  /** GitHub's numeric id. */
  id: z.int().positive(),
  account: accountKeySchema,
  /** `owner/name`. */
  repository: z.string(),
  defaultBranch: z.string(),
  private: z.boolean(),
});
export type RepositoryView = z.infer<typeof repositoryViewSchema>;

export const repositoryListSchema = z.object({
  items: z.array(repositoryViewSchema),
  /** There are more; `q` narrows them down. */
  more: z.boolean(),
});
