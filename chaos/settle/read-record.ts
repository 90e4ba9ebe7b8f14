import { createClient, type InValue } from '@libsql/client';
import { z } from 'zod';
import { taskStateSchema } from '../../protocol/task-state.ts';
import type { RecordEvidence } from '../invariants/evidence.ts';
import type { ChaosWorld } from '../world/start-world.ts';

const sessionRow = z.object({
  status: z.string(),
  taskCount: z.int(),
  claudeSessionId: z.string().nullable(),
});
const taskRow = z.object({
  id: z.string(),
  state: taskStateSchema,
  epoch: z.int(),
  branch: z.string().nullable(),
  commitSha: z.string().nullable(),
  summary: z.string().nullable(),
  endedAt: z.int().nullable(),
});
const messageRow = z.object({
  id: z.string(),
  status: z.enum(['queued', 'delivered', 'dropped']),
  content: z.string(),
});
const commandRow = z.object({
  taskId: z.string(),
  toolUseId: z.string(),
  tool: z.string(),
  status: z.string(),
  result: z.string().nullable(),
});
const turnRow = z.object({ eventId: z.int() });

export type ReadRecord = { of(sessionId: string): Promise<RecordEvidence>; close(): void };

/** Reads what libSQL holds of a session, as a client of its own. */
export function openRecordReader({ libsql, secrets }: ChaosWorld): ReadRecord {
  const client = createClient({ url: libsql.url, authToken: secrets.libsqlToken });
  const select = async <T>(sql: string, args: InValue[], row: z.ZodType<T>): Promise<T[]> => {
    const { rows } = await client.execute({ sql, args });
    return rows.map((each) => row.parse({ ...each }));
  };
  return {
    async of(sessionId) {
      const [sessions, tasks, messages, commands, turns] = await Promise.all([
        select(
          'SELECT status, task_count AS taskCount, claude_session_id AS claudeSessionId FROM sessions WHERE id = ?',
          [sessionId],
          sessionRow,
        ),
        select(
          `SELECT id, state, epoch, branch, commit_sha AS commitSha, summary, ended_at AS endedAt FROM tasks
           WHERE session_id = ?`,
          [sessionId],
          taskRow,
        ),
        select(
          'SELECT id, status, content FROM session_messages WHERE session_id = ?',
          [sessionId],
          messageRow,
        ),
        select(
          `SELECT task_id AS taskId, tool_use_id AS toolUseId, tool, status, result FROM command_logs
           WHERE session_id = ?`,
          [sessionId],
          commandRow,
        ),
        select('SELECT event_id AS eventId FROM usage WHERE session_id = ?', [sessionId], turnRow),
      ]);
      return {
        session: sessions[0] ?? null,
        tasks,
        messages,
        commands,
        turns: turns.map(({ eventId }) => eventId),
      };
    },
    close: () => client.close(),
  };
}
