import type { RunnerId } from '../../protocol/ids.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { GitGrant, Refused } from '../contracts.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';
import type { SessionRpc } from './session-rpc.ts';
import { sideOf } from './side-repositories.ts';

type Want = Parameters<SessionRpc['authorizeGit']>[2];
type Verdict = Awaited<ReturnType<SessionRpc['authorizeGit']>>;

/**
 * Decides whether a job may get a token: reading while it holds the lease, writing only for the very tree that was
 * approved. The token is the gate: what is not granted here can't leave the machine.
 */
export function judgeGitAccess(
  session: SessionRecord,
  task: TaskRecord,
  runnerId: RunnerId,
  want: Want,
): Verdict {
  const { view } = task;
  if (want.epoch !== view.epoch || view.runnerId !== runnerId) {
    return refused('fenced', `Epoch ${want.epoch} of this task is not the current one (${view.epoch}).`);
  }
  if (isTerminal(view.state)) return refused('not_allowed', `The task is ${view.state}.`);
  if (want.access === 'write') {
    if (view.state !== 'approved' || task.approvedTree === null) {
      return refused('not_allowed', `The work is not approved; the task is ${view.state}.`);
    }
    if (want.tree !== task.approvedTree) {
      return refused('not_allowed', `Tree ${want.tree} is not the approved one (${task.approvedTree}).`);
    }
  }
  const { account, thread, installationId = null } = session;
  const grant = { status: 'granted' as const, account, thread, installationId };
  return want.repositoryId === undefined ? grant : judgeSide(session, grant, want.repositoryId, want.access);
}

/** One of the task's other repositories, each with a token of its own; what is only read is never written to. */
function judgeSide(
  session: SessionRecord,
  grant: GitGrant,
  repositoryId: number,
  access: Want['access'],
): Verdict {
  const side = sideOf(session, repositoryId);
  if (side === null) return refused('not_allowed', `The task has no repository ${repositoryId}.`);
  const { repository } = side;
  if (access === 'write' && side.access === 'read') {
    return refused('not_allowed', `${repository.owner}/${repository.name} is only read in this task.`);
  }
  return { ...grant, repository };
}

function refused(code: 'fenced' | 'not_allowed', message: string): Refused {
  const remedy =
    code === 'fenced'
      ? 'Stop the work: another attempt holds the task.'
      : 'Wait for the publish command, and push exactly the tree that it names.';
  return { status: 'refused', code, message, remedy };
}
