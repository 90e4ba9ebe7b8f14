import type { SessionId } from '../../protocol/ids.ts';
import type {
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
import type { auditLog } from './tables/audit-log.ts';
import type { gateResults } from './tables/gate-results.ts';
import type { questions } from './tables/questions.ts';
import type { DeletedTask, SearchText } from './write-texts.ts';

type CommandLog = typeof commandLogs.$inferSelect;

/** A tool was used. */
export type CommandStarted = Pick<
  CommandLog,
  'sessionId' | 'taskId' | 'toolUseId' | 'tool' | 'input' | 'inputCut' | 'startedAt'
>;

/** A tool answered. Needs nothing of the start; the two may arrive in any order. */
export type CommandEnded = Pick<CommandLog, 'sessionId' | 'taskId' | 'toolUseId' | 'result' | 'resultCut'> & {
  status: 'ok' | 'error';
  durationMs: number | null;
  endedAt: number;
};

/**
 * What a Durable Object hands to its outbox for the record. Writing one twice, or an older one after a newer
 * one (by `updatedAt`), changes nothing.
 */
export type RecordRow =
  | { table: 'accounts'; row: typeof accounts.$inferSelect }
  | { table: 'repositories'; row: typeof repositories.$inferSelect }
  | { table: 'sessions'; row: Omit<typeof sessions.$inferSelect, 'rowNumber'> }
  /** A text by which a session is found; the session's own row comes first. */
  | { table: 'search_text'; row: SearchText }
  | { table: 'deleted_task'; row: DeletedTask }
  | { table: 'erased_session'; row: { sessionId: SessionId } }
  | { table: 'tasks'; row: typeof tasks.$inferSelect }
  | { table: 'session_messages'; row: typeof sessionMessages.$inferSelect }
  | { table: 'command_started'; row: CommandStarted }
  | { table: 'command_ended'; row: CommandEnded }
  | { table: 'gate_results'; row: typeof gateResults.$inferSelect }
  | { table: 'questions'; row: typeof questions.$inferSelect }
  | { table: 'usage'; row: typeof usage.$inferSelect }
  | { table: 'runners'; row: typeof runners.$inferSelect }
  | { table: 'deliveries'; row: typeof deliveries.$inferSelect }
  | { table: 'audit_log'; row: typeof auditLog.$inferSelect };
