import type { SqlStatement } from './analyze-sql.ts';
import { bindArgs } from './bind-args.ts';
import type { Connection, DescribeResult } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { HranaError } from './hrana-error.ts';
import type { HranaStmt, SqlSource, StmtResult } from './hrana-schema.ts';
import { MAX_STORED_SQLS } from './limits.ts';
import { statementsOf } from './sql-cache.ts';
import type { WriteTurns } from './write-turns.ts';

export interface StreamDeps {
  pool: ConnectionPool;
  turns: WriteTurns;
}

/** One Hrana stream: a connection of its own, with its transaction and its stored SQL texts. */
export class SqlStream {
  readonly #deps: StreamDeps;
  readonly #stored = new Map<number, string>();
  #connection: Connection | undefined;
  #isClosed = false;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isAutocommit(): boolean {
    return !this.#connection?.isInTransaction;
  }

  async execute(stmt: HranaStmt, signal: AbortSignal): Promise<StmtResult> {
    const statement = onlyStatement(this.#textOf(stmt));
    return this.#run(statement, bindArgs(statement, stmt), stmt.want_rows ?? true, signal);
  }

  /** Runs all statements of a text and stops at the first that fails; those before it keep their effects. */
  async sequence(source: SqlSource, signal: AbortSignal): Promise<void> {
    for (const statement of statementsOf(this.#textOf(source))) {
      await this.#run(
        statement,
        statement.parameters.map(() => null),
        false,
        signal,
      );
    }
  }

  describe(source: SqlSource): DescribeResult {
    return this.#use().describe(onlyStatement(this.#textOf(source)));
  }

  storeSql(id: number, sql: string): void {
    if (this.#stored.has(id))
      throw new HranaError('SQL_STORE_EXISTS', `The stream has an SQL text ${id} already.`);
    if (this.#stored.size >= MAX_STORED_SQLS) {
      throw new HranaError('SQL_STORE_TOO_LARGE', `A stream stores at most ${MAX_STORED_SQLS} SQL texts.`);
    }
    this.#stored.set(id, sql);
  }

  closeSql(id: number): void {
    this.#stored.delete(id);
  }

  /** Rolls back what is open and gives the connection back. */
  close(): void {
    this.#isClosed = true;
    if (this.#connection) this.#deps.pool.giveBack(this.#connection);
    this.#connection = undefined;
    this.#deps.turns.passOn();
  }

  async #run(
    statement: SqlStatement,
    args: Parameters<Connection['execute']>[1],
    wantRows: boolean,
    signal: AbortSignal,
  ) {
    if (signal.aborted)
      throw new HranaError('REQUEST_CANCELLED', 'The request ended before the statement was run.');
    const { turns, pool } = this.#deps;
    const result = await turns.run(() => this.#use().execute(statement, args, wantRows), signal);
    if (statement.changesSchema) pool.forgetPrepared();
    if (this.isAutocommit) turns.passOn();
    return result;
  }

  #use(): Connection {
    if (this.#isClosed) throw new HranaError('STREAM_CLOSED', 'The stream is closed.');
    this.#connection ??= this.#deps.pool.take();
    return this.#connection;
  }

  #textOf({ sql, sql_id: id }: SqlSource): string {
    const text = typeof id === 'number' ? this.#stored.get(id) : sql;
    if (typeof text === 'string') return text;
    throw new HranaError(
      'SQL_NOT_FOUND',
      typeof id === 'number' ? `The stream has no SQL text ${id}.` : 'There is no SQL.',
    );
  }
}

function onlyStatement(sql: string): SqlStatement {
  const [statement, second] = statementsOf(sql);
  if (!statement) throw new HranaError('SQL_NO_STATEMENT', 'The SQL text contains no statement.');
  if (second) throw new HranaError('SQL_MANY_STATEMENTS', 'The SQL text contains more than one statement.');
  return statement;
}
