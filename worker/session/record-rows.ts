import type { LoggedEvent } from '../../protocol/events.ts';
import { MAX_TOOL_TEXT_BYTES } from '../../protocol/limits.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { Person } from '../../protocol/task.ts';
import type { RecordRow } from '../record/rows.ts';
import type { MessageRecord, SessionRecord, TaskRecord } from './session-record.ts';
import { recordPut, type SessionPut } from './session-writes.ts';

/** A session as the record lists it. */
export function sessionRow(record: SessionRecord, view: SessionView, costUsd: number): SessionPut {
  const { workspace } = record;
  const repository = workspace.type === 'github' ? workspace.repository : null;
  const row: RecordRow = {
    table: 'sessions',
    row: {
      id: view.id,
      key: view.key,
      account: view.account,
      title: view.title,
      source: view.source,
      status: view.status,
      projectType: workspace.type,
      projectPath: workspace.type === 'local' || workspace.type === 'worktree' ? workspace.path : null,
      repositoryId: repository?.id ?? null,
      repository: repository === null ? null : `${repository.owner}/${repository.name}`,
      branch: view.branch,
      url: view.url,
      claudeSessionId: view.claudeSessionId,
      taskCount: view.taskCount,
      costUsd,
      lastEventId: view.lastEventId,
      metadata: {},
      createdAt: view.createdAt,
      updatedAt: view.updatedAt,
    },
  };
  return recordPut('session', row);
}

export function taskRow(session: SessionRecord, { view }: TaskRecord, nowMs: number): SessionPut {
  const { usage, requester, pullRequest } = view;
  const row: RecordRow = {
    table: 'tasks',
    row: {
      id: view.id,
      sessionId: view.sessionId,
      number: view.number,
      account: session.account,
      state: view.state,
      stateSince: view.stateSince,
      request: view.request,
      source: view.source,
      requesterLogin: requester.login,
      requesterId: requester.id,
      options: view.options,
      epoch: view.epoch,
      runnerId: view.runnerId,
      runnerName: view.runnerName,
      ...usage,
      branch: view.branch,
      commitSha: view.commitSha,
      pullNumber: pullRequest?.number ?? null,
      pullUrl: pullRequest?.url ?? null,
      summary: view.summary,
      failure: view.failure,
      rescueRef: view.rescueRef,
      rescues: view.rescues ?? null,
      createdAt: view.createdAt,
      startedAt: view.startedAt,
      endedAt: view.endedAt,
      updatedAt: nowMs,
    },
  };
  return recordPut(`task:${view.number}`, row);
}

export function messageRow(session: SessionRecord, { view }: MessageRecord, nowMs: number): SessionPut {
  const row: RecordRow = {
    table: 'session_messages',
    row: { ...view, sessionId: session.id, metadata: {}, updatedAt: nowMs },
  };
  return recordPut(`message:${view.id}`, row);
}

/**
 * What a logged event adds to the record: tools used and what turns cost.
 *
 * @param requester who asked for the event's task; null where that is not known
 */
export function eventRow(
  session: SessionRecord,
  { id, at, taskId, event }: LoggedEvent,
  requester: Person | null,
): SessionPut | null {
  if (taskId === null) return null;
  switch (event.type) {
    case 'claude.tool_use': {
      const { toolUseId, name } = event;
      const input = cutText(event.input.text, event.input.cut);
      return recordPut(`tool:${taskId}:${toolUseId}`, {
        table: 'command_started',
        row: {
          sessionId: session.id,
          taskId,
          toolUseId,
          tool: name,
          input: input.text,
          inputCut: input.cut,
          startedAt: at,
        },
      });
    }
    case 'claude.tool_result': {
      const { toolUseId, isError, durationMs } = event;
      const result = cutText(event.output.text, event.output.cut);
      return recordPut(`result:${taskId}:${toolUseId}`, {
        table: 'command_ended',
        row: {
          sessionId: session.id,
          taskId,
          toolUseId,
          result: result.text,
          resultCut: result.cut,
          status: isError ? 'error' : 'ok',
          durationMs,
          endedAt: at,
        },
      });
    }
    case 'claude.turn_ended': {
      const { usage, model, turns, durationMs } = event;
      const { workspace } = session;
      return recordPut(`usage:${id}`, {
        table: 'usage',
        row: {
          sessionId: session.id,
          eventId: id,
          taskId,
          account: session.account,
          repositoryId: workspace.type === 'github' ? workspace.repository.id : null,
          requesterLogin: requester?.login ?? null,
          model,
          turns,
          ...usage,
          durationMs,
          at,
        },
      });
    }
    default:
      return null;
  }
}

/** Cut at a character, so that no half of one is stored. */
function cutText(text: string, cut: boolean): { text: string; cut: boolean } {
  // A character takes at most 3 bytes for each UTF-16 unit; most texts need no closer look.
  if (text.length * 3 <= MAX_TOOL_TEXT_BYTES) return { text, cut };
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MAX_TOOL_TEXT_BYTES) return { text, cut };
  const kept = new TextDecoder().decode(bytes.slice(0, MAX_TOOL_TEXT_BYTES)).replace(/\uFFFD+$/, '');
  return { text: kept, cut: true };
}
