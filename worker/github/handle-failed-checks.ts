import { githubConversationKey, type SessionId, sessionIdOf, type TaskId } from '../../protocol/ids.ts';
import type { RepositoryConfigState } from '../../protocol/repository-config.ts';
import { DEFAULT_REPAIRS } from '../../protocol/repository-triggers.ts';
import type { TaskView } from '../../protocol/task.ts';
import type { SessionRpc } from '../session/session-rpc.ts';
import { buildChecksContext, repairRequest } from './build-checks-context.ts';
import { judgePermission } from './check-permission.ts';
import { done, type Handled, ignored } from './handled.ts';
import type { ChecksEnded } from './read-checks-event.ts';
import { type CheckFailure, type CheckResult, judgeChecks } from './read-failures.ts';
import type { Author } from './read-payload.ts';
import type { TriggerDeps } from './trigger-deps.ts';
import * as replies from './write-replies.ts';

/** Which task a repair goes back to in the end, and how many repairs of it there were. */
export type Repairs = { root: TaskId; count: number };

export type ChecksDeps = Pick<TriggerDeps, 'permissionOf' | 'configOf' | 'reply' | 'note'> & {
  ownAppId: number;
  session: (id: SessionId) => Pick<SessionRpc, 'overview' | 'addTask'>;
  results: (checks: ChecksEnded) => Promise<CheckResult[]>;
  /** Whether a pull request of the branch is open. */
  isOpen: (checks: ChecksEnded) => Promise<boolean>;
  failures: (checks: ChecksEnded, failed: readonly CheckResult[]) => Promise<CheckFailure[]>;
  repairsOf: (taskId: TaskId) => Repairs;
  noteRepair: (taskId: TaskId, repairs: Repairs) => void;
};

/**
 * When all checks of a commit that a task pushed have ended and some failed, a task follows that repairs them, a few
 * times at most. It belongs to whoever asked for the work, who must still have the right to it.
 */
export async function handleFailedChecks(deps: ChecksDeps, checks: ChecksEnded): Promise<Handled> {
  if (checks.appId === deps.ownAppId) return ignored('the checks are our own');
  const { repository, installationId, issueNumber, headSha, branch } = checks;
  const sessionId = sessionIdOf(githubConversationKey(repository.id, issueNumber));
  const session = deps.session(sessionId);
  const known = await session.overview();
  const last = known?.tasks.toSorted((a, b) => b.number - a.number)[0];
  if (last === undefined || known?.session.branch !== branch) return ignored('the branch is of no session');
  const pushed = judgeTask(last, headSha);
  if (pushed !== null) return ignored(pushed);
  if (last.pullRequest !== null && !(checks.isOpen ?? (await deps.isOpen(checks)))) {
    return ignored('its pull request is not open');
  }

  const url = known.session.url ?? `${repository.htmlUrl}/issues/${issueNumber}`;
  const thread = { installationId, repository, issueNumber, isPullRequest: false, url, headSha: null };
  const config = await deps.configOf({ thread });
  const most = mostRepairs(config);
  if (most === 0) return ignored('failed checks are not repaired here');
  const judged = judgeChecks(await deps.results(checks), deps.ownAppId);
  if (judged.status !== 'failed')
    return ignored(`the checks have ${judged.status === 'running' ? 'not all ended' : 'passed'}`);

  const triggerId = `checks:${headSha}`;
  const before = deps.repairsOf(last.id);
  if (before.count >= most) {
    deps.reply({ triggerId, thread }, replies.stillFailing(before.count, judged.failed.length));
    return ignored(`repaired ${before.count} time(s) already`);
  }
  const author: Author = { login: last.requester.login, id: last.requester.id ?? 0, type: 'User' };
  const named = config.status === 'valid' ? config.config.authors : [];
  const right = judgePermission(author, await deps.permissionOf({ thread, author }), named);
  if (right.status === 'refused') return ignored(right.reason);

  const failures = await deps.failures(checks, judged.failed);
  const result = await session.addTask({
    triggerId,
    source: 'github',
    requester: last.requester,
    request: repairRequest(headSha, judged.failed.length),
    context: buildChecksContext(failures, judged.failed.length),
    options: last.options,
  });
  const deed = { action: 'task.created', sessionId } as const;
  const about = {
    triggerId,
    account: checks.account,
    author: checks.author,
    thread,
    title: known.session.title,
  };
  if (result.status === 'refused') {
    deps.note(about, { ...deed, taskId: null, refused: result.code });
    return ignored(`refused: ${result.message}`);
  }
  deps.noteRepair(result.task.id, { root: before.root, count: before.count + 1 });
  deps.note(about, { ...deed, taskId: result.task.id, refused: null });
  return done(result.task.id, `repair ${before.count + 1} of ${most}`);
}

/** Null: the commit is what the last task of the conversation pushed, and nobody has taken it further. */
function judgeTask({ state, commitSha }: TaskView, headSha: string): string | null {
  if (state !== 'completed') return 'work goes on there already, or did not end well';
  return commitSha === headSha ? null : 'the commit is not the one that the last task pushed';
}

function mostRepairs(config: RepositoryConfigState): number {
  switch (config.status) {
    case 'none':
      return DEFAULT_REPAIRS;
    case 'valid':
      return config.config.triggers?.failed_checks ?? DEFAULT_REPAIRS;
    case 'invalid':
      // Nobody is there to be told of the mistakes.
      return 0;
  }
}
