import Database from 'libsql';
import type { SqlStatement } from './analyze-sql.ts';
import { HranaError } from './hrana-error.ts';
import type { StmtResult } from './hrana-schema.ts';
import type { SqlValue } from './hrana-values.ts';
import { encodeValue, sizeOf } from './hrana-values.ts';
import { MAX_RESULT_BYTES } from './limits.ts';

const MAX_PREPARED = 64;
const READING_KEYWORDS = new Set(['SELECT', 'EXPLAIN', 'PRAGMA', 'VALUES']);

type Prepared = Database.Statement<unknown[]>;

export interface DescribeResult {
  params: { name: string | null }[];
  cols: { name: string; decltype: string | null }[];
  is_explain: boolean;
  is_readonly: boolean;
}

/** One SQLite connection: runs one statement at a time, at once or with SQLITE_BUSY, and never waits. */
export class Connection {
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Prepared>();
  readonly #counters: Prepared;
  #totalChanges = 0n;
  /** Set by a statement after which no other client may get this connection. */
  isTainted = false;

  constructor(file: string) {
    this.#database = new Database(file);
    this.#database.exec('PRAGMA foreign_keys = ON');
    const sql = 'SELECT total_changes(), changes(), last_insert_rowid()';
    this.#counters = this.#database.prepare(sql).safeIntegers(true).raw(true);
  }

  get isInTransaction(): boolean {
    return this.#database.inTransaction;
  }

  execute(statement: SqlStatement, args: SqlValue[], wantRows: boolean): StmtResult {
    this.#admit(statement);
    const prepared = this.#prepare(statement);
    const isReader = prepared.reader;
    const rows = isReader ? prepared.all(args) : [];
    if (!isReader) prepared.run(args);
    if (statement.changesSchema) this.forgetPrepared();
    return {
      cols: isReader ? prepared.columns().map(toColumn) : [],
      rows: wantRows ? encodeRows(rows) : [],
      ...this.#countChanges(statement),
    };
  }

  /** What the statement would take and give, without running it. */
  describe(statement: SqlStatement): DescribeResult {
    this.#admit(statement);
    const prepared = this.#prepare(statement);
    return {
      params: statement.parameters.map((name) => ({ name: name ?? null })),
      cols: prepared.reader ? prepared.columns().map(toColumn) : [],
      is_explain: statement.keyword === 'EXPLAIN',
      is_readonly: READING_KEYWORDS.has(statement.keyword),
    };
  }

  forgetPrepared(): void {
    this.#prepared.clear();
  }

  /** Makes it as a new one, but for what taints it: no transaction, foreign keys checked. */
  reset(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    this.#database.exec('PRAGMA foreign_keys = ON');
  }

  /** Lets readers go on while somebody writes. The mode is kept in the file, for all connections. */
  useWriteAheadLog(): void {
    this.#database.exec('PRAGMA journal_mode = WAL');
  }

  /** Moves everything from the write-ahead log into the database file, as far as readers allow. */
  checkpoint(): void {
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    // A connection closed inside a transaction keeps its locks until its statements are collected.
    this.reset();
    this.#prepared.clear();
    this.#database.close();
  }

  #admit(statement: SqlStatement): void {
    if (statement.isForbidden)
      throw new HranaError('SQLITE_AUTH', `${statement.keyword} is not authorized here.`);
    this.isTainted ||= statement.changesConnection;
  }

  #prepare(statement: SqlStatement): Prepared {
    const known = this.#prepared.get(statement.text);
    if (known) return known;
    const prepared = this.#database.prepare(statement.text).safeIntegers(true);
    if (prepared.reader) prepared.raw(true);
    if (statement.changesSchema) return prepared;
    const [oldest] = this.#prepared.keys();
    if (this.#prepared.size >= MAX_PREPARED && oldest !== undefined) this.#prepared.delete(oldest);
    this.#prepared.set(statement.text, prepared);
    return prepared;
  }

  #countChanges(statement: SqlStatement): Pick<StmtResult, 'affected_row_count' | 'last_insert_rowid'> {
    if (READING_KEYWORDS.has(statement.keyword)) return { affected_row_count: 0, last_insert_rowid: null };
    const [row] = this.#counters.all();
    const [total, changes, rowid] = Array.isArray(row) ? row.map(BigInt) : [];
    // changes() still tells of an older statement when this one changed nothing.
    const hasChanged = total !== undefined && total !== this.#totalChanges;
    this.#totalChanges = total ?? this.#totalChanges;
    return { affected_row_count: hasChanged ? Number(changes) : 0, last_insert_rowid: String(rowid ?? 0n) };
  }
}

function toColumn({ name, type }: Database.ColumnDefinition): { name: string; decltype: string | null } {
  return { name, decltype: type };
}

function encodeRows(rows: unknown[]): StmtResult['rows'] {
  let bytes = 0;
  return rows.map((row) => {
    if (!Array.isArray(row)) throw new TypeError('libsql gave a row that is no list.');
    bytes += row.reduce((sum: number, value) => sum + sizeOf(value), 0);
    if (bytes > MAX_RESULT_BYTES) {
      throw new HranaError(
        'RESPONSE_TOO_LARGE',
        `The result is larger than ${MAX_RESULT_BYTES} bytes: read it in pages.`,
      );
    }
    return row.map(encodeValue);
  });
}
