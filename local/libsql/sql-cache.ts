import type { SqlStatement } from './analyze-sql.ts';
import { analyzeSql } from './analyze-sql.ts';

const MAX_ENTRIES = 1_000;
const MAX_CACHED_CHARS = 10_000;
const known = new Map<string, SqlStatement[]>();

/** `analyzeSql` with a memory: programs send the same few hundred texts all the time. */
export function statementsOf(sql: string): SqlStatement[] {
  const found = known.get(sql);
  if (found) return found;
  const statements = analyzeSql(sql);
  if (sql.length > MAX_CACHED_CHARS) return statements;
  const [oldest] = known.keys();
  if (known.size >= MAX_ENTRIES && oldest !== undefined) known.delete(oldest);
  known.set(sql, statements);
  return statements;
}
