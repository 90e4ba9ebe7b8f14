import { z } from 'zod';

/** GitHub's rule for owner and repository names; also keeps them safe as path segments. */
const nameSchema = z.string().regex(/^(?!\.{1,2}$)[\w.-]{1,100}$/);

/** A branch name that git check-ref-format accepts and that no command line can take for an option. */
export const branchNameSchema = z
  .string()
  .max(200)
  .regex(
    /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)|\/\.))[\w./+#=-]+(?<![/.])$/,
    'not a valid branch name',
  );

export const commitShaSchema = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

const absolutePathSchema = z
  .string()
  .max(4_096)
  .regex(/^\/(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]*$/, 'must be an absolute path without ".."');

export const repositorySchema = z.object({
  id: z.int().positive(),
  owner: nameSchema,
  name: nameSchema,
  /** Where git fetches from and pushes to; https, or http on this machine. Never holds a credential. */
  cloneUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/\/\/[^/]*@/.test(url), 'must not contain credentials'),
  /** The page people see. */
  htmlUrl: z.url({ protocol: /^https?$/ }),
  defaultBranch: branchNameSchema,
  private: z.boolean(),
});
export type Repository = z.infer<typeof repositorySchema>;

/** What a session works on in a repository. */
export const gitRefSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('branch'),
    base: branchNameSchema,
    /** Where work begins, instead of at the tip of `base`; what is trusted still comes from there. */
    commit: commitShaSchema.optional(),
  }),
  z.object({
    kind: z.literal('pull'),
    number: z.int().positive(),
    headRef: branchNameSchema,
    headSha: commitShaSchema,
    baseRef: branchNameSchema,
    baseSha: commitShaSchema,
    /** The head lies in another repository: it is read, never pushed to. */
    fork: z.boolean(),
  }),
]);
export type GitRef = z.infer<typeof gitRefSchema>;

export const workspaceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('github'), repository: repositorySchema, ref: gitRefSchema }),
  /** A worktree of a repository that lies on the runner's machine. */
  z.object({ type: z.literal('worktree'), path: absolutePathSchema, baseRef: branchNameSchema.optional() }),
  /** The folder itself, with whatever is in it. */
  z.object({ type: z.literal('local'), path: absolutePathSchema }),
  /** A runner that starts inside an E2B sandbox for one job. */
  z.object({
    type: z.literal('e2b'),
    /** Name or id of an E2B template. */
    template: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, 'must be a template of E2B'),
  }),
]);
export type Workspace = z.infer<typeof workspaceSchema>;
export const PROJECT_TYPES = ['github', 'worktree', 'local', 'e2b'] as const;
export type ProjectType = Workspace['type'];

/** Where commits lie until GitHub has made and signed them anew. No branch: nothing is built or listed for it. */
export const stagedRefSchema = z
  .string()
  .regex(/^refs\/signalbox\/staged\/[0-9a-f-]{36}\/[1-9]\d{0,9}$/, 'must be a ref of staged commits');

/** Work of a task that is kept as several commits; a longer history says nothing to anybody. */
export const MAX_COMMITS = 50;

/** A session works in one repository and in so many beside it. Each costs a worktree. */
export const MAX_SIDE_REPOSITORIES = 19;

/** Of those, so many may be written to: what each has is named in one HTTP header when it is stored. */
export const MAX_WRITABLE_SIDES = 7;

/** A repository beside the one that a session works in. */
export const sideRepositorySchema = z.object({
  repository: repositorySchema,
  /** `read`: Claude only looks at it. `write`: it gets a worktree, a branch and a pull request of its own. */
  access: z.enum(['read', 'write']),
  /** The branch that work begins at. */
  base: branchNameSchema,
  /** Where the work goes; null where nothing is written. */
  branch: branchNameSchema.nullable(),
});
export type SideRepository = z.infer<typeof sideRepositorySchema>;

/** Only one task at a time writes to what this names. */
export function workspaceLockKey(sessionId: string, workspace: Workspace): string {
  return workspace.type === 'local' ? `local:${workspace.path}` : `session:${sessionId}`;
}

/** Work on what this names takes about as long each time. */
export function projectKey(sessionId: string, workspace: Workspace): string {
  switch (workspace.type) {
    case 'github':
      return `github:${workspace.repository.id}`;
    case 'local':
    case 'worktree':
      return `folder:${workspace.path}`;
    case 'e2b':
      return `session:${sessionId}`;
  }
}
