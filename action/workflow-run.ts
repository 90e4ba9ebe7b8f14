import { createHash } from 'node:crypto';
import { z } from 'zod';
import { branchNameSchema, commitShaSchema, type GitRef } from '../protocol/workspace.ts';

/** What the runner of GitHub Actions says of the job, in its environment and the event's payload. */
export type WorkflowRun = {
  /** `owner/name`. */
  repository: string;
  /** What the workflow runs for; null when it is no branch that work could begin at. */
  ref: GitRef | null;
  defaultBranch: string | null;
  /** The same for every try of one step, and another one for each run of it. */
  stepKey: string;
  runUrl: string;
};

export type ReadRun = { status: 'read'; run: WorkflowRun } | { status: 'mistaken'; mistakes: string[] };

const environmentSchema = z.looseObject({
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  GITHUB_REF: z.string(),
  GITHUB_SHA: commitShaSchema,
  GITHUB_RUN_ID: z.string().min(1),
  GITHUB_RUN_ATTEMPT: z.string().min(1),
  GITHUB_JOB: z.string().min(1),
  GITHUB_ACTION: z.string().min(1),
  GITHUB_SERVER_URL: z.string().default('https://github.com'),
});
type Environment = z.output<typeof environmentSchema>;

const sideSchema = z.looseObject({
  ref: branchNameSchema,
  sha: commitShaSchema,
  /** Null when the fork was deleted. */
  repo: z.looseObject({ full_name: z.string() }).nullable(),
});
const payloadSchema = z.looseObject({
  pull_request: z
    .looseObject({ number: z.int().positive(), head: sideSchema, base: sideSchema })
    .optional()
    .catch(undefined),
  merge_group: z.looseObject({ base_ref: z.string() }).optional().catch(undefined),
  repository: z.looseObject({ default_branch: z.string().optional() }).optional().catch(undefined),
});
type Payload = z.output<typeof payloadSchema>;

/** @param payload the event, as the file at GITHUB_EVENT_PATH has it */
export function readRun(env: NodeJS.ProcessEnv, payload: unknown): ReadRun {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) {
    const names = parsed.error.issues.map(({ path }) => String(path[0]));
    const mistakes = [`This runs in a step of GitHub Actions only; ${names.join(', ')} can't be read.`];
    return { status: 'mistaken', mistakes };
  }
  const known = parsed.data;
  const event = payloadSchema.safeParse(payload).data ?? {};
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: runId } = known;
  const parts = [runId, known.GITHUB_RUN_ATTEMPT, known.GITHUB_JOB, known.GITHUB_ACTION, jobMark(env)];
  return {
    status: 'read',
    run: {
      repository,
      ref: refOf(known, event),
      defaultBranch: event.repository?.default_branch ?? null,
      stepKey: `action-${createHash('sha256')
        .update(JSON.stringify([repository, ...parts]))
        .digest('hex')}`,
      runUrl: `${server}/${repository}/actions/runs/${runId}`,
    },
  };
}

/** All jobs of a matrix have the same GITHUB_JOB; the mark of a job's processes tells them apart. */
function jobMark({ RUNNER_NAME = '', RUNNER_TRACKING_ID = '' }: NodeJS.ProcessEnv): string {
  return `${RUNNER_NAME}/${RUNNER_TRACKING_ID}`;
}

function refOf({ GITHUB_REF: ref, GITHUB_SHA: commit }: Environment, event: Payload): GitRef | null {
  const pull = event.pull_request;
  if (pull !== undefined) {
    const { number, head, base } = pull;
    const fork = head.repo?.full_name !== base.repo?.full_name;
    return {
      kind: 'pull',
      number,
      headRef: head.ref,
      headSha: head.sha,
      baseRef: base.ref,
      baseSha: base.sha,
      fork,
    };
  }
  const branch = event.merge_group?.base_ref ?? (ref.startsWith('refs/heads/') ? ref : null);
  const base = branch?.replace(/^refs\/heads\//, '') ?? event.repository?.default_branch;
  return branchNameSchema.safeParse(base).success && base !== undefined
    ? { kind: 'branch', base, commit }
    : null;
}
