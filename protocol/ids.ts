import { v5 as uuidV5 } from 'uuid';
import { z } from 'zod';

/** Namespace of session ids (RFC 9562 UUIDv5). Never changes: it would give every conversation a new session. */
const SESSION_NAMESPACE = '8b6f0c52-6f0a-5c0e-9d53-0b8f7a3b1c7e';

export const sessionIdSchema = z.uuid();
export type SessionId = string;

/** `<session id>.<number in the session>`: a task names its session, so no look-up is needed to reach it. */
export const taskIdSchema = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[1-9]\d{0,5}$/);
export type TaskId = string;

export const runnerIdSchema = z.uuid();
export type RunnerId = string;

/** The owner of sessions and runners: a GitHub account by its numeric id (survives renames), or `local`. */
export const accountKeySchema = z.string().regex(/^(?:github:\d{1,15}|local)$/);
export type AccountKey = string;

/** Where a conversation takes place. `api` conversations are random and have no other name. */
export const conversationKeySchema = z
  .string()
  .regex(
    /^(?:github:\d{1,15}#\d{1,9}|slack:[\w-]+\/[\w-]+\/[\d.]+|api:[0-9a-f-]{36}|claude:(?:github:\d{1,15}|local)\/[0-9a-f-]{36})$/,
  );
export type ConversationKey = string;

/** The key of an issue's or a pull request's conversation; the repository's numeric id survives renames. */
export function githubConversationKey(repositoryId: number, issueNumber: number): ConversationKey {
  return `github:${repositoryId}#${issueNumber}`;
}

/**
 * The key of a Claude Code that somebody started himself, by the session id that it gave itself. The account is part of
 * it: who learns of another account's id gets a session of his own.
 */
export function claudeConversationKey(account: AccountKey, claudeSessionId: string): ConversationKey {
  return `claude:${account}/${claudeSessionId.toLowerCase()}`;
}

/** The session of a conversation: a pure function, so that two mentions that arrive together meet in one object. */
export function sessionIdOf(key: ConversationKey): SessionId {
  return key.startsWith('api:') ? key.slice('api:'.length) : uuidV5(key, SESSION_NAMESPACE);
}

export function taskIdOf(sessionId: SessionId, taskNumber: number): TaskId {
  return `${sessionId}.${taskNumber}`;
}

/** Takes a task id apart. @throws RangeError when it is not of the form `<session id>.<number>`. */
export function splitTaskId(taskId: TaskId): { sessionId: SessionId; taskNumber: number } {
  const dot = taskId.lastIndexOf('.');
  const taskNumber = Number(taskId.slice(dot + 1));
  if (dot < 1 || !Number.isInteger(taskNumber)) throw new RangeError(`Not a task id: ${taskId}`);
  return { sessionId: taskId.slice(0, dot), taskNumber };
}
