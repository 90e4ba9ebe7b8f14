import { splitTaskId } from '../../../protocol/ids.ts';
import type { ClaudeConversation } from '../../claude/driver.ts';
import { DEFAULT_SETTING_SOURCES } from '../../claude/driver.ts';
import {
  DEFAULT_TOOL_POLICY,
  REVIEW_TOOL_POLICY,
  type ToolPolicy,
  withAnswerTool,
} from '../../claude/tool-policy.ts';
import { requestGitToken } from '../../http/git-token.ts';
import { narrowTools } from '../../policy/narrow-tools.ts';
import { leftQuestion } from '../../questions/open-question.ts';
import type { StoredWork } from '../../workspace/restore-stored.ts';
import type { Filled, SessionWorkspace, WorkspaceFailure } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { endOfStop } from '../job-end.ts';
import type { Recall } from '../recall.ts';
import { tellFilled, tellUnfilled } from './check-task.ts';
import { describeFolders } from './describe-folders.ts';
import { emitSidesReady } from './emit-sides.ts';
import { putBack } from './put-back.ts';
import { giveUpStored, recallElsewhere } from './recall-elsewhere.ts';

export type Prepared = {
  workspace: SessionWorkspace;
  filled: Filled;
  /** Claude's process, started while the tree was being filled. Null: nothing is left for it to do so far. */
  conversation: ClaudeConversation | null;
};

export type PrepareResult =
  | { status: 'ready'; prepared: Prepared }
  | { status: 'ended'; end: JobEnd; workspace: SessionWorkspace | null };

/** What is left of a limit after earlier lives of this job used some of it. At least a little: 0 would be none. */
function left(limit: number | null, used: number, least: number): number | null {
  return limit === null ? null : Math.max(least, limit - used);
}

/**
 * Starts Claude's process for this job, or takes the session's kept one.
 *
 * @param spent of the task's limits so far
 */
export async function openConversation(
  context: JobContext,
  workspace: SessionWorkspace,
  { turns, usage }: Pick<Recall, 'turns' | 'usage'> = context.recall,
): Promise<ClaudeConversation> {
  const { job, recall, driver } = context;
  const git = driver.isSandboxed ? await workspace.gitFolders : null;
  return driver.open({
    sessionId: job.sessionId,
    resumeId: recall.claudeSessionId ?? job.claudeSessionId,
    cwd: workspace.path,
    additionalDirectories: (workspace.sides ?? []).map((side) => ({
      path: side.workspace.path,
      writable: side.access === 'write',
    })),
    git,
    model: job.options.model,
    maxTurns: left(job.options.maxTurns, turns, 1),
    maxUsd: left(job.options.maxUsd, usage.costUsd, 0.01),
    tools: withAnswerTool(toolsOf(context), job.options.outputSchema),
    outputSchema: job.options.outputSchema,
    settingSources: DEFAULT_SETTING_SOURCES,
  });
}

function toolsOf({ job, policy }: JobContext): ToolPolicy {
  if (!job.options.review) return narrowTools(DEFAULT_TOOL_POLICY, policy);
  const { allow, deny = [] } = narrowTools(REVIEW_TOOL_POLICY, policy);
  return { allow, deny: [...(REVIEW_TOOL_POLICY.deny ?? []), ...deny] };
}

/** Gets the session's folder ready, with Claude's process starting as soon as what it reads first is in place. */
export async function prepareWorkspace(context: JobContext): Promise<PrepareResult> {
  const { job, stop, emit, monotonic, epoch } = context;
  const startedAt = monotonic();
  const { sessionId, taskNumber } = splitTaskId(job.taskId);
  const { workspace: kind, branch, repositories: sides = [] } = job;
  const spec = { sessionId, taskNumber, workspace: kind, branch, sides };
  const reserved = await context.workspaces.reserve(spec);
  if (!reserved.ok) return { status: 'ended', end: failureEnd(reserved), workspace: null };
  const { workspace } = reserved;
  let known = await recallElsewhere(context, workspace);
  if ('end' in known) return { status: 'ended', end: known.end, workspace };
  let refusal: Refusal | null = null;
  const fill = (stored: StoredWork | null) =>
    workspace.fetchAndFill({
      epoch,
      ...(stored === null ? {} : { stored }),
      signal: stop.signal,
      getToken: async (repositoryId) => {
        const place = repositoryId === undefined ? {} : { repositoryId };
        const answer = await requestGitToken(context.api, { access: 'read', epoch: context.epoch, ...place });
        if (answer.status === 'granted') {
          if (answer.token !== null) context.secrets.add(answer.token);
          return answer.token;
        }
        const { message, status } = answer;
        const remedy = answer.status === 'refused' ? answer.remedy : '';
        refusal = { message, remedy, isTransient: status === 'unreachable' };
        return null;
      },
    });
  const filling = fill(known.stored);
  const isLinked = await linkedOr(context, workspace, filling);
  const mayStart =
    isLinked &&
    !context.recall.workDone &&
    context.recall.waits === null &&
    leftQuestion(context) === null &&
    (await workspace.trustedConfig) &&
    stop.reason === null;
  let conversation = mayStart ? await openConversation(context, workspace) : null;
  let filled = await filling;
  if (!filled.ok && known.stored !== null && refusal === null && stop.reason === null) {
    known = giveUpStored(context, known, filled.failure.message);
    filled = await fill(null);
  }
  await known.clear();
  if (!filled.ok) {
    if (stop.reason === null) tellUnfilled(context, filled.trouble, filled.failure);
    await conversation?.end();
    const end = stop.reason === null ? failureEnd(filled, refusal) : endOfStop(stop.reason);
    return { status: 'ended', end, workspace };
  }
  emit({
    type: 'workspace.ready',
    branch: filled.branch,
    base: filled.base,
    head: filled.head,
    resumed: filled.resumed,
    durationMs: Math.max(0, monotonic() - startedAt),
    ...(known.continues === undefined ? {} : { continues: known.continues }),
  });
  context.folders = describeFolders(workspace);
  emitSidesReady(context, filled);
  tellFilled(context, filled);
  noteRescue(context, filled);
  noteRemote(context, filled);
  if (filled.startedTooEarly && conversation !== null) {
    await conversation.end();
    conversation = await openConversation(context, workspace);
  }
  const discarded = await discardRejected(context, workspace, conversation);
  if (discarded.end !== null) return { status: 'ended', end: discarded.end, workspace };
  return { status: 'ready', prepared: { workspace, filled, conversation: discarded.conversation } };
}

/** A runner was lost before it put rejected work of the session back: this task must not build on it. */
async function discardRejected(
  context: JobContext,
  workspace: SessionWorkspace,
  conversation: ClaudeConversation | null,
): Promise<{ conversation: ClaudeConversation | null; end: JobEnd | null }> {
  const { discard } = context.job;
  if (discard === null || context.recall.promptReached) return { conversation, end: null };
  // It may have read what is to go.
  await conversation?.end();
  const result = await putBack(context, workspace, discard);
  const end: JobEnd | null = result.ok ? null : { type: 'failed', failure: result.failure };
  return { conversation: null, end };
}

/** A sandbox has to know what git writes to before Claude starts. False: filling failed before that was known. */
async function linkedOr(
  { driver }: JobContext,
  workspace: SessionWorkspace,
  filling: Promise<{ ok: boolean }>,
): Promise<boolean> {
  if (!driver.isSandboxed) return true;
  return Promise.race([workspace.gitFolders.then(() => true), filling.then(({ ok }) => ok)]);
}

function noteRescue({ emit }: JobContext, { rescue }: Filled): void {
  if (rescue === undefined) return;
  const text = `What this runner had of the session from before is kept under ${rescue.ref} (${rescue.sha.slice(0, 8)}).`;
  emit({ type: 'notice', level: 'info', text });
}

function noteRemote({ emit }: JobContext, { remote, branch }: Filled): void {
  if (remote !== 'behind' && remote !== 'diverged') return;
  const how = remote === 'behind' ? 'has moved on and would conflict with' : 'has other commits than';
  const text = `The branch ${branch ?? ''} on the server ${how} the work in this folder. It is continued as it is here; pushing it may be rejected.`;
  emit({ type: 'notice', level: 'warning', text });
}

type Refusal = { message: string; remedy: string; isTransient: boolean };

/** What could not be fetched because the control plane gave no access is told in the control plane's words. */
function failureEnd({ failure }: WorkspaceFailure, refusal: Refusal | null = null): JobEnd {
  if (refusal === null) return { type: 'failed', failure };
  const remedy = refusal.remedy === '' ? failure.remedy : refusal.remedy;
  return {
    type: 'failed',
    failure: {
      ...failure,
      message: `${failure.message} ${refusal.message}`,
      remedy,
      transient: refusal.isTransient,
    },
  };
}
