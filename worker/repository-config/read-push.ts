import { z } from 'zod';
import { REPOSITORY_CONFIG_PATH } from '../../protocol/repository-config.ts';
import type { Person } from '../../protocol/task.ts';
import { commitShaSchema, type Repository } from '../../protocol/workspace.ts';
import { toRepository, webhookRepositorySchema } from '../github/webhook-repository.ts';

/** A push that may have changed a repository's file. */
export type ConfigPush = {
  repository: Repository;
  installationId: number;
  headSha: string;
  /** Who pushed; null where GitHub does not say. */
  by: Person | null;
};

const paths = z.array(z.string()).default([]);

const pushSchema = z.object({
  ref: z.string(),
  after: commitShaSchema,
  deleted: z.boolean().default(false),
  forced: z.boolean().default(false),
  commits: z.array(z.object({ added: paths, modified: paths, removed: paths })).default([]),
  repository: webhookRepositorySchema,
  installation: z.object({ id: z.int().positive() }),
  sender: z.object({ login: z.string().min(1).max(100), id: z.int() }).nullish(),
});

/** GitHub lists so many commits of a push; the file may have changed in one that is left out. */
const MAX_LISTED_COMMITS = 20;

/** Reads a `push` event; null when it leaves the file of the default branch as it is. */
export function readPush(payload: unknown): ConfigPush | null {
  const parsed = pushSchema.safeParse(payload);
  if (!parsed.success) return null;
  const { ref, after, deleted, forced, commits, installation, sender = null } = parsed.data;
  const repository = toRepository(parsed.data.repository);
  if (deleted || ref !== `refs/heads/${repository.defaultBranch}`) return null;
  const named = commits.some(({ added, modified, removed }) =>
    [added, modified, removed].some((list) => list.includes(REPOSITORY_CONFIG_PATH)),
  );
  // Whatever a forced push has taken away is in none of its commits.
  if (!named && !forced && commits.length < MAX_LISTED_COMMITS) return null;
  const by = sender === null ? null : { ...sender, name: null, email: null };
  return { repository, installationId: installation.id, headSha: after, by };
}
