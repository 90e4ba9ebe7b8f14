import { z } from 'zod';
import { type Repository, repositorySchema } from '../../protocol/workspace.ts';

/** A repository as webhooks and the REST API describe it. */
export const webhookRepositorySchema = z.object({
  id: repositorySchema.shape.id,
  name: repositorySchema.shape.name,
  owner: z.object({
    id: z.int().positive(),
    login: repositorySchema.shape.owner,
    type: z.string().optional(),
  }),
  clone_url: repositorySchema.shape.cloneUrl,
  html_url: repositorySchema.shape.htmlUrl,
  default_branch: repositorySchema.shape.defaultBranch,
  private: z.boolean(),
});
export type WebhookRepository = z.output<typeof webhookRepositorySchema>;

export function toRepository(repository: WebhookRepository): Repository {
  return {
    id: repository.id,
    owner: repository.owner.login,
    name: repository.name,
    cloneUrl: repository.clone_url,
    htmlUrl: repository.html_url,
    defaultBranch: repository.default_branch,
    private: repository.private,
  };
}
