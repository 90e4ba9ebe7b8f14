import { z } from 'zod';
import { accountKeySchema } from './ids.ts';

/** A repository that the App reaches. */
export const repositoryChoiceSchema = z.object({
  /** GitHub's numeric id. */
  id: z.int().positive(),
  account: accountKeySchema,
  /** `owner/name`. */
  repository: z.string(),
  defaultBranch: z.string(),
  private: z.boolean(),
});
export type RepositoryChoice = z.infer<typeof repositoryChoiceSchema>;

export const repositoriesAnswerSchema = z.object({
  items: z.array(repositoryChoiceSchema),
  /** There are more; `q` narrows them down. */
  more: z.boolean(),
});
