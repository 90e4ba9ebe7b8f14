import type { RunnerEvent } from '../../../protocol/events.ts';
import { type Found, findStoredWork } from '../../checkpoint/find-stored-work.ts';
import type { SessionWorkspace } from '../../workspace/workspace-types.ts';
import type { JobContext, Moved } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import type { Recall } from '../recall.ts';

type Elsewhere = Extract<Found, { status: 'elsewhere' }>;
export type Continues = Extract<RunnerEvent, { type: 'workspace.ready' }>['continues'];

/** What other machines know of the job. `stored` is for filling the folder; `clear` when that is done. */
export type Known = Pick<Elsewhere, 'stored' | 'clear'> & { continues: Continues };

const NOTHING_ELSEWHERE: Known = { stored: null, clear: async () => {}, continues: undefined };

/**
 * Looks whether somebody else has worked in the session since this machine did, and takes over what is known of it:
 * Claude's session, what was used of the limits, and messages that Claude may have missed.
 */
export async function recallElsewhere(
  context: JobContext,
  workspace: SessionWorkspace,
): Promise<Known | { end: JobEnd }> {
  const { api, keeper, job, epoch, emit } = context;
  const found = await findStoredWork({ api, keeper, job, epoch }, workspace);
  switch (found.status) {
    case 'here':
      return NOTHING_ELSEWHERE;
    case 'unknown':
      return {
        end: { type: 'interrupted', reason: `It is not known where the work stands: ${found.message}` },
      };
    case 'elsewhere':
      if (found.trouble !== null) {
        const text = `The stored checkpoint could not be fetched: ${found.trouble}`;
        emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
      }
      return takeOver(context, workspace, found);
  }
}

function takeOver(context: JobContext, { lineage }: SessionWorkspace, found: Elsewhere): Known {
  const { point, stored, clear } = found;
  const checkpoint = stored?.checkpoint ?? null;
  const known = new Set([...context.heard, ...(checkpoint?.messages ?? [])]);
  const missed = point.delivered.filter(({ messageId }) => !known.has(messageId));
  context.recall = recallFrom(context, found);
  context.heard.push(...(checkpoint?.messages ?? []), ...missed.map(({ messageId }) => messageId));
  const moved: Moved = { from: checkpoint?.cwd ?? null, missed };
  context.moved = checkpoint !== null || missed.length > 0 ? moved : null;
  return { stored, clear, continues: continuesFrom(found, lineage !== null) };
}

function recallFrom({ job, recall }: JobContext, { point, stored }: Elsewhere): Recall {
  const { turns, usage, iterations = 0 } = point.spent;
  const spent = { turns, usage, iterations };
  // Without its transcript Claude begins anew, so nobody is waited for.
  if (stored === null) return { ...recall, ...spent, waits: null };
  const { claudeSessionId, taskId } = stored.checkpoint;
  return {
    ...recall,
    claudeSessionId: claudeSessionId ?? recall.claudeSessionId,
    promptReached: taskId === job.taskId && claudeSessionId !== null,
    workDone: false,
    commit: null,
    // Its reason is among the messages that this machine is told of.
    rework: null,
    waits: point.waits ?? null,
    ...spent,
  };
}

function continuesFrom({ point, stored }: Elsewhere, isHere: boolean): Continues {
  const runnerName = point.lastRunnerName;
  if (stored !== null) {
    const { id, storedAt } = stored.checkpoint;
    return { from: 'checkpoint', checkpointId: id, storedAt, runnerName };
  }
  return isHere || !point.begun ? undefined : { from: 'beginning', runnerName };
}

/** The stored state can't be continued here, perhaps because the server no longer has what it builds on. */
export function giveUpStored(context: JobContext, known: Known, why: string): Known {
  const text = `The stored checkpoint can't be continued here: ${why} The task starts from what the branch is now.`;
  context.emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
  const runnerName = known.continues?.runnerName ?? null;
  const missed = context.moved?.missed ?? [];
  context.moved = missed.length > 0 ? { from: null, missed } : null;
  context.recall = { ...context.recall, promptReached: false };
  return { ...known, stored: null, continues: { from: 'beginning', runnerName } };
}
