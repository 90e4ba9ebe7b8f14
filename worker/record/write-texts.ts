import { and, eq, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { SessionId, TaskId } from '../../protocol/ids.ts';
import type { RecordDb } from './open-record.ts';
import { commandLogs, sessionMessages, sessions, tasks } from './schema.ts';
import { filesText, indexText, TEXTS } from './search-text.ts';
import { gateResults } from './tables/gate-results.ts';
import { questions } from './tables/questions.ts';

type Statement = BatchItem<'sqlite'>;

/** A text by which its session is found. `number` is its place among the session's texts. */
export type SearchText = { sessionId: SessionId; number: number; text: string };

/** A task that was deleted, with the places of its messages. */
export type DeletedTask = { sessionId: SessionId; taskId: TaskId; number: number; texts: number[] };

/** Nothing is written for a session that the record does not have. */
export function writeText(db: RecordDb, { sessionId, number, text }: SearchText): Statement {
  return db.run(
    sql`INSERT OR REPLACE INTO session_texts (rowid, text)
        SELECT row_number * ${TEXTS} + ${number}, ${indexText(text)} FROM sessions WHERE id = ${sessionId}`,
  );
}

/** What the session costs stays: usage is counted for good. */
export function deleteTask(db: RecordDb, { sessionId, taskId, number, texts }: DeletedTask): Statement[] {
  const places = JSON.stringify([...texts, filesText(number)]);
  const ofTask = and(eq(sessionMessages.sessionId, sessionId), eq(sessionMessages.taskId, taskId));
  const logs = and(eq(commandLogs.sessionId, sessionId), eq(commandLogs.taskId, taskId));
  return [
    db.run(
      sql`DELETE FROM session_texts WHERE rowid IN (
            SELECT s.row_number * ${TEXTS} + places.value
            FROM sessions AS s, json_each(${places}) AS places WHERE s.id = ${sessionId})`,
    ),
    db.delete(sessionMessages).where(ofTask),
    db.delete(commandLogs).where(logs),
    db.delete(gateResults).where(eq(gateResults.taskId, taskId)),
    db.delete(questions).where(eq(questions.taskId, taskId)),
    db.delete(tasks).where(eq(tasks.id, taskId)),
  ];
}

/** The session's row takes its texts and labels along. */
export function eraseSession(db: RecordDb, sessionId: SessionId): Statement[] {
  return [
    db.delete(sessionMessages).where(eq(sessionMessages.sessionId, sessionId)),
    db.delete(commandLogs).where(eq(commandLogs.sessionId, sessionId)),
    db.delete(gateResults).where(eq(gateResults.sessionId, sessionId)),
    db.delete(questions).where(eq(questions.sessionId, sessionId)),
    db.delete(tasks).where(eq(tasks.sessionId, sessionId)),
    db.delete(sessions).where(eq(sessions.id, sessionId)),
  ];
}
