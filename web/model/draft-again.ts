import { sessionAnswerSchema } from '../../protocol/http.ts';
import { splitTaskId, type TaskId, taskIdSchema } from '../../protocol/ids.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { TaskView } from '../../protocol/task.ts';
import type { TaskOptions } from '../../protocol/task-options.ts';
import type { Workspace } from '../../protocol/workspace.ts';
import type { Api, ApiResult } from './api.ts';
import { EMPTY_DRAFT, OPTION_FIELDS, type OptionField, type TaskDraft } from './task-draft.ts';

/** The form as it was filled in for a task, under `/new?again=<task>`. */
export const addressAgain = ({ id }: TaskView): string => `/new?again=${id}`;

/** The task whose form an address asks for; null when it asks for none. */
export function readAgain(search: string): TaskId | null {
  return taskIdSchema.safeParse(new URLSearchParams(search).get('again')).data ?? null;
}

export type AskedBefore = { session: SessionView; task: TaskView };

/** @returns null when the session has no such task */
export async function readAskedBefore(api: Api, taskId: TaskId): Promise<ApiResult<AskedBefore | null>> {
  const params = { id: splitTaskId(taskId).sessionId };
  const result = await api.call('GET /api/sessions/{id}', { params }, sessionAnswerSchema);
  if (!result.ok) return result;
  const { session, tasks } = result.value;
  const task = tasks.find(({ id }) => id === taskId);
  return { ok: true, value: task === undefined ? null : { session, task } };
}

/** @param usual what is used where nothing is chosen: those options stay empty */
export function draftOf({ session, task }: AskedBefore, usual: TaskOptions): TaskDraft {
  const options = OPTION_FIELDS.map((field) => {
    const text = textOf(field, task.options);
    return [field, text === textOf(field, usual) ? '' : text] as const;
  });
  return {
    ...EMPTY_DRAFT,
    ...placeOf(session),
    account: session.account,
    // One that was made of the request is made again.
    title: task.request.startsWith(session.title) ? '' : session.title,
    prompt: task.request,
    ...Object.fromEntries(options),
  };
}

function textOf(field: OptionField, options: TaskOptions): string {
  const value = options[field];
  if (field === 'tests') return value === true ? 'yes' : 'no';
  if (Array.isArray(value)) return value.join(', ');
  return value === null ? '' : String(value);
}

function placeOf({ project, workspace }: SessionView): Partial<TaskDraft> {
  return project === undefined ? placeIn(workspace) : { kind: 'project', project: project.name };
}

function placeIn(workspace: Workspace): Partial<TaskDraft> {
  switch (workspace.type) {
    case 'github': {
      const { repository, ref } = workspace;
      const base = ref.kind === 'branch' ? ref.base : '';
      return { kind: 'repository', repository: `${repository.owner}/${repository.name}`, base };
    }
    case 'worktree':
      return { kind: 'worktree', path: workspace.path, base: workspace.baseRef ?? '' };
    case 'local':
      return { kind: 'local', path: workspace.path };
    case 'e2b':
      return {};
  }
}
