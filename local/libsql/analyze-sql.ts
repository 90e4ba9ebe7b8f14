import type { SqlToken } from './scan-sql.ts';
import { scanSql } from './scan-sql.ts';

export interface SqlStatement {
  text: string;
  /** Its first word in capitals, such as SELECT. */
  keyword: string;
  /** The name of each parameter with its prefix, by position; undefined for one without a name. */
  parameters: (string | undefined)[];
  isForbidden: boolean;
  /** It leaves the connection in another state than a new one has, so the next client must not get it. */
  changesConnection: boolean;
  /** It may change tables, so statements prepared before may be out of date. */
  changesSchema: boolean;
}

const DATA_KEYWORDS = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'REPLACE',
  'WITH',
  'VALUES',
  'EXPLAIN',
]);
const TRANSACTION_KEYWORDS = new Set(['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE']);

/** Pragmas that take an argument and yet leave nothing behind; foreign_keys is set back for the next client. */
const HARMLESS_PRAGMAS =
  /^(?:table_x?info|table_list|index_list|index_x?info|foreign_keys|foreign_key_(?:list|check)|integrity_check|quick_check|wal_checkpoint|optimize|user_version|application_id)$/i;

/** Splits an SQL text into its statements, those of a trigger's body being part of the trigger. Pure. */
export function analyzeSql(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start = 0;
  let tokens: SqlToken[] = [];
  const finish = (end: number) => {
    if (tokens.some((token) => token.kind !== 'semicolon'))
      statements.push(describe(sql.slice(start, end).trim(), tokens));
    start = end;
    tokens = [];
  };
  for (const token of scanSql(sql)) {
    if (token.kind === 'semicolon' && !isInsideTrigger(tokens)) finish(token.end);
    else tokens.push(token);
  }
  finish(sql.length);
  return statements;
}

/** A trigger's body has statements of its own and ends with `; END`, as sqlite3_complete() defines it. */
function isInsideTrigger(tokens: readonly SqlToken[]): boolean {
  const [last, beforeLast] = [tokens.at(-1), tokens.at(-2)];
  if (last?.kind === 'word' && last.text === 'END' && beforeLast?.kind === 'semicolon') return false;
  return /^(?:EXPLAIN )?CREATE (?:TEMP |TEMPORARY )?TRIGGER/.test(firstWords(tokens));
}

function firstWords(tokens: readonly SqlToken[]): string {
  return tokens
    .slice(0, 5)
    .map((token) => (token.kind === 'word' ? token.text : ''))
    .join(' ');
}

function describe(text: string, tokens: readonly SqlToken[]): SqlStatement {
  const start = firstWords(tokens);
  const [keyword = ''] = start.split(' ');
  const isData = DATA_KEYWORDS.has(keyword);
  return {
    text,
    keyword,
    parameters: numberParameters(tokens),
    // Either reaches files beyond the database that this server was started for.
    isForbidden: keyword === 'ATTACH' || keyword === 'DETACH' || /^VACUUM (?:\w+ )?INTO/.test(start),
    changesConnection: /^CREATE TEMP/.test(start) || (keyword === 'PRAGMA' && setsPragma(tokens)),
    changesSchema: !isData && !TRANSACTION_KEYWORDS.has(keyword),
  };
}

function setsPragma(tokens: readonly SqlToken[]): boolean {
  const argument = tokens.findIndex(
    (token) => token.kind === 'other' && (token.text === '=' || token.text === '('),
  );
  if (argument < 0) return false;
  const name = tokens[argument - 1];
  return !(name?.kind === 'word' && HARMLESS_PRAGMAS.test(name.text));
}

/** Positions as SQLite gives them out: `?7` is the seventh, a known name keeps its own, others take the next. */
function numberParameters(tokens: readonly SqlToken[]): (string | undefined)[] {
  const parameters: (string | undefined)[] = [];
  for (const token of tokens) {
    if (token.kind !== 'parameter') continue;
    if (token.text === '?') parameters.push(undefined);
    else if (token.text.startsWith('?')) {
      const position = Number(token.text.slice(1));
      while (parameters.length < position) parameters.push(undefined);
      parameters[position - 1] ??= token.text;
    } else if (!parameters.includes(token.text)) parameters.push(token.text);
  }
  return parameters;
}
