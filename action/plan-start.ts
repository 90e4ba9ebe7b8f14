import type { CreateSessionBody, CreateTaskBody } from '../protocol/http.ts';
import { branchNameSchema, commitShaSchema, type GitRef } from '../protocol/workspace.ts';
import type { Inputs } from './inputs.ts';
import type { WorkflowRun } from './workflow-run.ts';

/** What the step asks of Signalbox: a session with its first task, or a task of a session that is there. */
export type Start =
  | { type: 'session'; body: CreateSessionBody }
  | { type: 'task'; sessionId: string; body: CreateTaskBody };

export type PlannedStart = { status: 'planned'; start: Start } | { status: 'mistaken'; mistakes: string[] };

export function planStart(inputs: Inputs, run: WorkflowRun, labels: readonly string[] = []): PlannedStart {
  const { request, name, options, session, repository } = inputs;
  const common = {
    ...request,
    ...(name === null ? {} : { name }),
    options: withLabels(options, labels),
    source: 'action' as const,
  };
  if (session !== null) {
    return { status: 'planned', start: { type: 'task', sessionId: session, body: common } };
  }
  const ref = refOf(inputs, run);
  if (typeof ref === 'string') return { status: 'mistaken', mistakes: [ref] };
  const body: CreateSessionBody = {
    ...common,
    repository: repository ?? run.repository,
    ...(ref === null ? {} : { ref }),
    metadata: { 'workflow.run': run.runUrl },
  };
  return { status: 'planned', start: { type: 'session', body } };
}

function withLabels(options: Inputs['options'], labels: readonly string[]): Inputs['options'] {
  return labels.length === 0 ? options : { ...options, labels: [...(options.labels ?? []), ...labels] };
}

/** Where work begins; null for the default branch; a text says why it can't be told. */
function refOf({ ref, repository }: Inputs, run: WorkflowRun): GitRef | null | string {
  const isOther = repository !== null && repository.toLowerCase() !== run.repository.toLowerCase();
  if (ref === null) {
    if (isOther) return null;
    return run.ref ?? 'The workflow runs for no branch: name one in "ref".';
  }
  if (commitShaSchema.safeParse(ref).success) {
    if (isOther || run.defaultBranch === null) {
      return `"ref" is a commit, and which branch it belongs to is not known: name a branch instead.`;
    }
    return { kind: 'branch', base: run.defaultBranch, commit: ref };
  }
  const base = ref.replace(/^refs\/heads\//, '');
  return branchNameSchema.safeParse(base).success
    ? { kind: 'branch', base }
    : `"ref" must be a branch or a full commit SHA; "${ref}" is neither.`;
}
