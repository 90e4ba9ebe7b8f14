import { z } from 'zod';
import { catalogFields, descriptionSchema, slugSchema } from './catalog.ts';
import { repositoryNameSchema } from './settings.ts';
import { givenTaskOptionsSchema } from './task-options.ts';
import { branchNameSchema } from './workspace.ts';

/** Each costs a worktree of its own, or a mount. */
const MAX_REPOSITORIES = 20;

export const repositoryFields = {
  /** `owner/name`. */
  repository: repositoryNameSchema,
  /** `write`: work on it gets a branch and a pull request of its own. `read`: Claude only looks at it. */
  access: z.enum(['read', 'write']).default('write'),
  /** The branch that work begins at; the default branch when null. */
  base: branchNameSchema.nullable().default(null),
};

const projectFields = {
  name: slugSchema,
  description: descriptionSchema,
  /** Options of the tasks that work on it. */
  options: givenTaskOptionsSchema.default({}),
};

/** Repositories that belong together, with defaults. The first that is written to is the one that tasks begin in. */
export const projectBodySchema = z
  .strictObject({
    ...projectFields,
    repositories: z.array(z.strictObject(repositoryFields)).min(1).max(MAX_REPOSITORIES),
  })
  .check(({ value, issues }) => {
    const names = value.repositories.map(({ repository }) => repository);
    names.forEach((name, index) => {
      if (names.indexOf(name) === index) return;
      const path = ['repositories', index, 'repository'];
      issues.push({ code: 'custom', path, message: 'is there twice', input: name });
    });
    if (value.repositories.every(({ access }) => access === 'read')) {
      const message = 'must hold one that is written to';
      issues.push({ code: 'custom', path: ['repositories'], message, input: value.repositories });
    }
  });
export type ProjectBody = z.output<typeof projectBodySchema>;

export const projectSchema = z.object({
  ...projectFields,
  repositories: z.array(
    z.object({
      ...repositoryFields,
      /** GitHub's id, which survives renames. */
      id: z.int().positive(),
    }),
  ),
  ...catalogFields,
});
export type Project = z.infer<typeof projectSchema>;
