import type { LoggedEvent } from '../../protocol/events.ts';
import { type SessionId, splitTaskId } from '../../protocol/ids.ts';
import { MAX_TOOL_TEXT_BYTES } from '../../protocol/limits.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { Person } from '../../protocol/task.ts';
import type { RecordRow } from '../record/rows.ts';
import { filesText, messageText, SESSION_TEXT } from '../record/search-text.ts';
import { gateRow } from './gates/gate-row.ts';
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
      assignee: view.assignee,
      labels: view.labels,
      taskCount: view.taskCount,
      costUsd,
      lastEventId: view.lastEventId,
      metadata: view.metadata,
      createdAt: view.createdAt,
      updatedAt: view.updatedAt,
    },
  };
  return recordPut('session', row);
}

/** What a session says of itself, for the search. */
export function sessionTextRow({
  id,
  title,
  workspace,
  branch,
  labels,
  metadata,
  assignee,
}: SessionRecord): SessionPut {
  const where =
    workspace.type === 'github'
      ? [`${workspace.repository.owner}/${workspace.repository.name}`]
      : 'path' in workspace
        ? [workspace.path]
        : [];
  const facts = Object.entries(metadata ?? {})
    .flat()
    .map(String);
  const text = [title, ...where, branch ?? '', assignee ?? '', ...(labels ?? []), ...facts].join('\n');
  return textRow(id, SESSION_TEXT, text);
}

function textRow(sessionId: SessionId, number: number, text: string): SessionPut {
  return recordPut(`text:${number}`, { table: 'search_text', row: { sessionId, number, text } });
}

/** A message by its place in the session. Null: it is not indexed any more. */
export function messageTextRow(session: SessionRecord, place: number, content: string): SessionPut | null {
  const number = messageText(place);
  return number === null ? null : textRow(session.id, number, content);
}

export function taskRow(session: SessionRecord, { view }: TaskRecord, nowMs: number): SessionPut {
  const { usage, requester, pullRequest } = view;
  const row: RecordRow = {
    table: 'tasks',
    row: {
      id: view.id,
      sessionId: view.sessionId,
      number: view.number,
      name: view.name ?? null,
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
    case 'gate.finished':
      return gateRow(session, { id, at }, taskId, event.gate);
    case 'work.captured': {
      const paths = event.files.map(({ path }) => path).join('\n');
      return textRow(session.id, filesText(splitTaskId(taskId).taskNumber), paths);
    }
    case 'automation.asked':
    case 'claude.turn_ended': {
      const { usage, model, durationMs } = event;
      const turns = event.type === 'claude.turn_ended' ? event.turns : 0;
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
