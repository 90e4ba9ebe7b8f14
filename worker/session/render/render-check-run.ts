import { isTerminal } from '../../../protocol/task-state.ts';
import { approvalActions, retryAction } from '../../github/check-actions.ts';
import type { GitHubWrite } from '../../github-write.ts';
import type { SessionRecord, TaskRecord } from '../session-record.ts';
import { conclusionOf, describeState } from './describe-state.ts';
import { renderTask } from './render-task.ts';

type CheckRun = Extract<GitHubWrite, { kind: 'check_run' }>;

/**
 * The check run of a task. Null without a commit of its own to hang it on: no thread on GitHub, or an issue whose
 * work is not pushed yet (a check on the default branch's head would speak about somebody else's commit).
 */
export function renderCheckRun(
  session: SessionRecord,
  task: TaskRecord,
  context: { publicUrl: string },
): CheckRun | null {
  const { thread } = session;
  if (thread === null) return null;
  const { view } = task;
  const headSha = task.pushed ? view.commitSha : thread.headSha;
  if (headSha === null) return null;
  const title = describeState(task);
  return {
    kind: 'check_run',
    key: `check:${view.id}`,
    taskId: view.id,
    thread,
    headSha,
    title,
    summary: renderTask(task).join('\n\n') || title,
    ...annotationsOf(task),
    ...actionsOf(task),
    state: checkState(task),
    detailsUrl: `${context.publicUrl}/sessions/${session.id}`,
  };
}

/** Beside the lines of the commit that the check is on, once nobody mends them any more. */
function annotationsOf({ view, gateAnnotations = [], gatesWait }: TaskRecord): Pick<CheckRun, 'annotations'> {
  const stays = isTerminal(view.state) || (view.state === 'qa_failed' && gatesWait !== false);
  return stays && gateAnnotations.length > 0 ? { annotations: gateAnnotations } : {};
}

/** People decide about exactly the work that is shown, and have done anew what did not end well. */
function actionsOf({ view, endRequest }: TaskRecord): Pick<CheckRun, 'actions'> {
  const { work } = view;
  if (isTerminal(view.state)) return view.state === 'completed' ? {} : { actions: [retryAction()] };
  if (view.state !== 'waiting_approval' || endRequest !== null || work === undefined) return {};
  return { actions: approvalActions(work.tree) };
}

function checkState(task: TaskRecord): CheckRun['state'] {
  const conclusion = conclusionOf(task);
  if (conclusion !== null) return { status: 'completed', conclusion };
  return { status: task.view.state === 'pending' ? 'queued' : 'in_progress' };
}
