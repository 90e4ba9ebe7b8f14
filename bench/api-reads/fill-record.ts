import Database from 'libsql';
import { z } from 'zod';

/** Rows a session has, about as one with a request and a follow-up has. */
export const PER_SESSION = { tasks: 1, messages: 2, commandLogs: 100, turns: 2 } as const;

const ACCOUNTS = 20;
const REPOSITORIES = 500;

/** Ten minutes apart: the newest session is the last row. */
const FIRST_AT = 1_700_000_000_000;
const APART_MS = 600_000;

/** When the session number `n` was made, as it is in the record. */
export const filledAt = (n: number): number => FIRST_AT + n * APART_MS;

/** Accounts and repositories are handed out in turns, so that an account has a few of the repositories. */
export const filledRepository = (n: number): number => (n % REPOSITORIES) + 1;

/** SQL of each column's value; `n` counts a table's rows from 0. */
type Values = Record<string, string>;

const idOf = (n: string) => `printf('%08x-0000-4000-8000-%012x', (${n}) * 2654435761 % 4294967296, ${n})`;
const accountOf = (n: string) => `'github:' || ((${n}) % ${ACCOUNTS} + 1)`;
const ONE_ACCOUNT: Values = { account: `'github:1'` };
const timeOf = (n: string) => `(${FIRST_AT} + (${n}) * ${APART_MS})`;

function pick(n: string, words: readonly string[]): string {
  return `CASE (${n}) % ${words.length} ${words.map((word, index) => `WHEN ${index} THEN '${word}'`).join(' ')} END`;
}

const VERBS = ['Fix', 'Speed up', 'Explain', 'Rewrite'];
const THINGS = ['login', 'export', 'parser', 'search', 'upload'];

const SESSIONS: Values = {
  id: idOf('n'),
  key: `'api:' || ${idOf('n')}`,
  account: accountOf('n'),
  title: `${pick('n', VERBS)} || ' the ' || ${pick('n / 4', THINGS)} || ' of module ' || n`,
  source: pick('n', ['github', 'api', 'dashboard']),
  status: pick('n', ['idle', 'idle', 'idle', 'idle', 'closed', 'active', 'waiting']),
  project_type: `'github'`,
  repository_id: `n % ${REPOSITORIES} + 1`,
  repository: `'acme/app-' || (n % ${REPOSITORIES})`,
  assignee: pick('n', ['mona', 'hubot', 'octocat', 'ada']),
  branch: `'signalbox/' || n`,
  task_count: String(PER_SESSION.tasks),
  cost_usd: '0.25',
  last_event_id: '40',
  metadata: `'{}'`,
  created_at: timeOf('n'),
  updated_at: timeOf('n'),
};

const TASKS: Values = {
  id: `${idOf('n')} || '.1'`,
  session_id: idOf('n'),
  number: '1',
  account: accountOf('n'),
  state: `'completed'`,
  request: `'Please look at module ' || n || ' and fix what the tests complain about.'`,
  source: `'api'`,
  requester_login: `'mona'`,
  options: `'{}'`,
  cost_usd: `(n % 400) / 100.0`,
  created_at: timeOf('n'),
  started_at: `${timeOf('n')} + n % 90 * 1000`,
  ended_at: `${timeOf('n')} + 90000 + n % 700 * 1000`,
  updated_at: timeOf('n'),
};

const messageSession = `n / ${PER_SESSION.messages}`;
const MESSAGES: Values = {
  session_id: idOf(messageSession),
  id: `'message-' || (n % ${PER_SESSION.messages})`,
  direction: pick('n', ['in', 'out']),
  source: `'api'`,
  author: `'mona'`,
  content: `'The tests of module ' || n || ' fail since yesterday. ' || hex(zeroblob(100))`,
  status: `'delivered'`,
  metadata: `'{}'`,
  created_at: timeOf(messageSession),
  updated_at: timeOf(messageSession),
};

const logSession = `n / ${PER_SESSION.commandLogs}`;
const COMMAND_LOGS: Values = {
  session_id: idOf(logSession),
  task_id: `${idOf(logSession)} || '.1'`,
  tool_use_id: `'toolu_' || n`,
  tool: pick('n', ['Read', 'Edit', 'Bash']),
  input: `'{"command":"npm test -- module-' || n || '"}'`,
  result: `'ok ' || hex(zeroblob(150))`,
  status: `'ok'`,
  started_at: `${timeOf(logSession)} + n % ${PER_SESSION.commandLogs}`,
  duration_ms: '12.5',
};

const turnSession = `n / ${PER_SESSION.turns}`;
const USAGE: Values = {
  session_id: idOf(turnSession),
  event_id: 'n',
  task_id: `${idOf(turnSession)} || '.1'`,
  account: accountOf(turnSession),
  repository_id: `(${turnSession}) % ${REPOSITORIES} + 1`,
  requester_login: pick(turnSession, ['mona', 'hubot', 'octocat', 'ada']),
  model: pick('n', ['claude-opus-4', 'claude-sonnet-4']),
  turns: '3',
  input_tokens: '1000',
  output_tokens: '500',
  cost_usd: '0.125',
  at: timeOf(turnSession),
};

/** What sessions are found by: their titles and messages, numbered as the product numbers them. */
const TEXTS = `
  INSERT INTO session_texts (rowid, text) SELECT row_number * 1048576, title || ' ' || repository || ' ' || branch FROM sessions;
  INSERT INTO session_texts (rowid, text)
  SELECT s.row_number * 1048576 + 1 + (m.id = 'message-1'), m.content
  FROM session_messages m JOIN sessions s ON s.id = m.session_id;`;

/** A transaction as long as the whole fill would be written twice: all of it to the log, then to the file. */
const CHUNK_ROWS = 500_000;
const BUSY_MS = 60_000;

const columnSchema = z.object({
  name: z.string(),
  type: z.string(),
  notnull: z.number(),
  dflt_value: z.unknown(),
  pk: z.number(),
});

/** Fits the table as it is: a column that must have a value and is not named gets an empty one. */
function fillTable(db: Database.Database, table: string, count: number, named: Values): void {
  const columns = columnSchema.array().parse(db.prepare(`PRAGMA table_info(${table})`).all());
  const values = columns.flatMap(({ name, type, notnull, dflt_value: preset, pk }) => {
    const isText = type.toLowerCase() === 'text';
    const numbersItself = pk === 1 && !isText;
    const empty = notnull === 0 || preset !== null || numbersItself ? undefined : isText ? `''` : '0';
    const value = named[name] ?? empty;
    return value === undefined ? [] : [{ name, value }];
  });
  for (let first = 0; first < count; first += CHUNK_ROWS) {
    const end = Math.min(first + CHUNK_ROWS, count) - 1;
    db.exec('BEGIN IMMEDIATE');
    db.exec(
      `WITH RECURSIVE numbers(n) AS (SELECT ${first} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${end})
       INSERT INTO ${table} (${values.map(({ name }) => name).join(', ')})
       SELECT ${values.map(({ value }) => value).join(', ')} FROM numbers`,
    );
    db.exec('COMMIT');
  }
}

/**
 * Puts sessions with all that belongs to them into a migrated record, in the database's own engine.
 *
 * @param spread `one_account`: all of them are github:1's
 */
export function fillRecord(
  file: string,
  sessions: number,
  spread: 'accounts' | 'one_account' = 'accounts',
): void {
  const owned = spread === 'one_account' ? ONE_ACCOUNT : {};
  const db = new Database(file);
  try {
    // The rows are made up: losing them with the power costs nothing.
    db.exec('PRAGMA synchronous = OFF');
    // The product that runs on this record writes to it too.
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    fillTable(db, 'sessions', sessions, { ...SESSIONS, ...owned });
    fillTable(db, 'tasks', sessions * PER_SESSION.tasks, { ...TASKS, ...owned });
    fillTable(db, 'session_messages', sessions * PER_SESSION.messages, MESSAGES);
    fillTable(db, 'command_logs', sessions * PER_SESSION.commandLogs, COMMAND_LOGS);
    fillTable(db, 'usage', sessions * PER_SESSION.turns, { ...USAGE, ...owned });
    db.exec(TEXTS);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

/** Gives sessions that exist as objects the tool calls of made-up ones: a session's logs are read by asking it first. */
export function giveLogs(file: string, sessionIds: readonly string[]): void {
  const db = new Database(file);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    const columns = columnSchema.array().parse(db.prepare('PRAGMA table_info(command_logs)').all());
    const others = columns
      .map(({ name }) => name)
      .filter((name) => name !== 'session_id' && name !== 'task_id');
    const copy = db.prepare(
      `INSERT INTO command_logs (session_id, task_id, ${others.join(', ')})
       SELECT ?1, ?1 || '.1', ${others.join(', ')} FROM command_logs
       WHERE session_id = (SELECT id FROM sessions ORDER BY row_number LIMIT 1 OFFSET ?2)`,
    );
    for (const [index, id] of sessionIds.entries()) copy.run(id, index);
  } finally {
    db.close();
  }
}
