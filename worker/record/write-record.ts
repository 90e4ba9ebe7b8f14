import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { RecordDb } from './open-record.ts';
import type { CommandEnded, CommandStarted, RecordRow } from './rows.ts';
import {
  accounts,
  commandLogs,
  deliveries,
  repositories,
  runners,
  sessionMessages,
  sessions,
  tasks,
  usage,
} from './schema.ts';
import { auditLog } from './tables/audit-log.ts';
import { gateResults } from './tables/gate-results.ts';
import { questions } from './tables/questions.ts';
import { deleteTask, eraseSession, writeText } from './write-texts.ts';

type Statement = BatchItem<'sqlite'>;

/** Writes rows in one atomic batch. Again, or in another order, it comes to the same: the newer row wins. */
export async function writeRecord(db: RecordDb, rows: readonly RecordRow[]): Promise<void> {
  const [first, ...rest] = rows.flatMap((row) => upsert(db, row));
  if (first === undefined) return;
  if (rest.length === 0) await first;
  else await db.batch([first, ...rest]);
}

function upsert(db: RecordDb, { table, row }: RecordRow): Statement | Statement[] {
  switch (table) {
    case 'accounts':
      return db.insert(accounts).values(row).onConflictDoUpdate(newer(accounts, accounts.key));
    case 'repositories':
      return db.insert(repositories).values(row).onConflictDoUpdate(newer(repositories, repositories.id));
    case 'sessions':
      return db.insert(sessions).values(row).onConflictDoUpdate(newer(sessions, sessions.id));
    case 'search_text':
      return writeText(db, row);
    case 'deleted_task':
      return deleteTask(db, row);
    case 'erased_session':
      return eraseSession(db, row.sessionId);
    case 'tasks':
      return db.insert(tasks).values(row).onConflictDoUpdate(newer(tasks, tasks.id));
    case 'session_messages':
      return db
        .insert(sessionMessages)
        .values(row)
        .onConflictDoUpdate(newer(sessionMessages, sessionMessages.sessionId, sessionMessages.id));
    case 'command_started':
      return upsertStarted(db, row);
    case 'command_ended':
      return upsertEnded(db, row);
    case 'gate_results':
      return db.insert(gateResults).values(row).onConflictDoNothing();
    case 'questions':
      return db
        .insert(questions)
        .values(row)
        .onConflictDoUpdate(newer(questions, questions.sessionId, questions.taskId, questions.id));
    case 'usage':
      return db.insert(usage).values(row).onConflictDoNothing();
    case 'runners':
      return db.insert(runners).values(row).onConflictDoUpdate(newer(runners, runners.id));
    case 'deliveries':
      return db.insert(deliveries).values(row).onConflictDoUpdate(newer(deliveries, deliveries.id));
    case 'audit_log':
      return db.insert(auditLog).values(row).onConflictDoNothing();
  }
}

type Newer = { target: SQLiteColumn[]; set: Record<string, SQL>; setWhere: SQL };

/** The whole row is replaced, unless the stored one is newer. */
function newer(table: SQLiteTable & { updatedAt: SQLiteColumn }, ...key: SQLiteColumn[]): Newer {
  const kept = new Set([...key.map((column) => column.name), 'row_number']);
  const columns = Object.entries(getTableColumns(table)).filter(([, column]) => !kept.has(column.name));
  return {
    target: key,
    set: Object.fromEntries(columns.map(([name, column]) => [name, excluded(column)])),
    setWhere: sql`${excluded(table.updatedAt)} >= ${table.updatedAt}`,
  };
}

function excluded(column: SQLiteColumn): SQL {
  return sql`excluded.${sql.identifier(column.name)}`;
}

const COMMAND_KEY = [commandLogs.sessionId, commandLogs.taskId, commandLogs.toolUseId];

/** Start and end of a command write different columns, so that either may come first. */
function upsertStarted(db: RecordDb, row: CommandStarted): Statement {
  const { tool, input, inputCut, startedAt } = row;
  return db
    .insert(commandLogs)
    .values({ ...row, resultCut: false, status: 'running' })
    .onConflictDoUpdate({ target: COMMAND_KEY, set: { tool, input, inputCut, startedAt } });
}

function upsertEnded(db: RecordDb, { endedAt, ...row }: CommandEnded): Statement {
  const { result, resultCut, status, durationMs } = row;
  return db
    .insert(commandLogs)
    .values({ ...row, tool: '', input: '', inputCut: false, startedAt: endedAt })
    .onConflictDoUpdate({ target: COMMAND_KEY, set: { result, resultCut, status, durationMs } });
}
