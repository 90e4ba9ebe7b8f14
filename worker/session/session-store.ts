import type { RunnerId } from '../../protocol/ids.ts';
import type { JobCommand, NumberedCommand } from '../../protocol/job.ts';
import type { QuestionView } from '../../protocol/questions.ts';
import type { MessageView } from '../../protocol/task.ts';
import { DiffStore } from './diff-store.ts';
import type { Erased } from './erase-session.ts';
import type { MessagePage, MessageQuery } from './session-orders.ts';
import type { MessageRecord, SessionRecord, TaskRecord } from './session-record.ts';

/** How far the log has one epoch of one task, and which runner writes it. */
export type Position = { epoch: number; runnerId: RunnerId; lastSeq: number };

/**
 * Messages that a snapshot holds at most, in number and in characters, the newest: it goes to every viewer that
 * connects, and a session may go on for months. `GET …/messages` has them all.
 */
const MAX_SNAPSHOT_MESSAGES = 500;
const MAX_SNAPSHOT_CHARS = 1_000_000;

/** Claude asks a few times in a task; the log has all of it. */
const MAX_LISTED_QUESTIONS = 200;

/** What a trigger came to, so that a copy of it is answered alike. */
export type TriggerResult = { taskNumber: number; messageId: string | null };

const TABLES = `
  CREATE TABLE IF NOT EXISTS session (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), json TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS erased (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), json TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS tasks (number INTEGER PRIMARY KEY, json TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS triggers (
    id TEXT PRIMARY KEY, task_number INTEGER NOT NULL, message_id TEXT
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    task_number INTEGER,
    status TEXT NOT NULL,
    json TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS messages_by_task ON messages (task_number, status);
  CREATE TABLE IF NOT EXISTS positions (
    task_number INTEGER NOT NULL, epoch INTEGER NOT NULL, runner_id TEXT NOT NULL, last_seq INTEGER NOT NULL,
    PRIMARY KEY (task_number, epoch)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS commands (
    task_number INTEGER NOT NULL, id INTEGER NOT NULL, type TEXT NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (task_number, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS questions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, task_number INTEGER NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL,
    UNIQUE (task_number, id)
  );
`;

/** What is said to Claude, and not to one attempt at the task. */
const FOR_ANY_ATTEMPT = "type IN ('message', 'answer') OR (type = 'reject' AND json ->> '$.again' = 1)";

/** The session's tables. Rows are our own JSON, written by this build or an earlier one. */
export class SessionStore {
  readonly #sql: SqlStorage;
  readonly diffs: DiffStore;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    this.#sql.exec(TABLES);
    this.diffs = new DiffStore(storage);
  }

  readSession(): SessionRecord | null {
    const [row] = this.#sql.exec<{ json: string }>('SELECT json FROM session').toArray();
    return row === undefined ? null : JSON.parse(row.json);
  }

  writeSession(record: SessionRecord): void {
    this.#sql.exec('INSERT OR REPLACE INTO session (only_row, json) VALUES (1, ?)', JSON.stringify(record));
  }

  readTasks(): Map<number, TaskRecord> {
    const rows = this.#sql.exec<{ number: number; json: string }>(
      'SELECT number, json FROM tasks ORDER BY number',
    );
    return new Map(rows.toArray().map((row) => [row.number, JSON.parse(row.json)]));
  }

  writeTask(task: TaskRecord): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO tasks (number, json) VALUES (?, ?)',
      task.view.number,
      JSON.stringify(task),
    );
  }

  findTrigger(id: string): TriggerResult | null {
    const [row] = this.#sql
      .exec<{ task_number: number; message_id: string | null }>(
        'SELECT task_number, message_id FROM triggers WHERE id = ?',
        id,
      )
      .toArray();
    return row === undefined ? null : { taskNumber: row.task_number, messageId: row.message_id };
  }

  addTrigger(id: string, result: TriggerResult): void {
    this.#sql.exec('INSERT INTO triggers VALUES (?, ?, ?)', id, result.taskNumber, result.messageId);
  }

  /** Adds a message or replaces the one with its id; it keeps its place. @returns the place */
  writeMessage(message: MessageRecord): number {
    const row = this.#sql.exec<{ seq: number }>(
      `INSERT INTO messages (id, task_number, status, json) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (id) DO UPDATE SET task_number = ?2, status = ?3, json = ?4 RETURNING seq`,
      message.view.id,
      message.taskNumber,
      message.view.status,
      JSON.stringify(message),
    );
    return row.one().seq;
  }

  readMessage(id: string): MessageRecord | null {
    const [row] = this.#sql.exec<{ json: string }>('SELECT json FROM messages WHERE id = ?', id).toArray();
    return row === undefined ? null : JSON.parse(row.json);
  }

  /** Messages to a task that Claude does not have yet, in order. */
  queuedMessages(taskNumber: number): MessageRecord[] {
    return this.#sql
      .exec<{ json: string }>(
        "SELECT json FROM messages WHERE task_number = ? AND status = 'queued' ORDER BY seq",
        taskNumber,
      )
      .toArray()
      .map((row) => JSON.parse(row.json));
  }

  /** A page of messages with their places. */
  pageOfMessages({ after, limit, newestFirst, direction, taskNumber }: MessageQuery): MessagePage['items'] {
    return this.#sql
      .exec<{ seq: number; json: string }>(
        `SELECT seq, json FROM messages
         WHERE (?1 IS NULL OR ${newestFirst ? 'seq < ?1' : 'seq > ?1'})
           AND (?2 IS NULL OR json ->> '$.view.direction' = ?2) AND (?3 IS NULL OR task_number = ?3)
         ORDER BY seq ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?4`,
        after,
        direction,
        taskNumber,
        limit,
      )
      .toArray()
      .map((row) => ({ at: row.seq, message: (JSON.parse(row.json) satisfies MessageRecord).view }));
  }

  messages(): MessageRecord[] {
    return this.#sql
      .exec<{ json: string }>('SELECT json FROM messages ORDER BY seq')
      .toArray()
      .map((row) => JSON.parse(row.json));
  }

  messageViews(): MessageView[] {
    return this.messages().map(({ view }) => view);
  }

  /** The newest messages in order, as many as a snapshot holds. */
  recentMessageViews(): MessageView[] {
    const rows = this.#sql.exec<{ json: string }>(
      'SELECT json FROM messages ORDER BY seq DESC LIMIT ?',
      MAX_SNAPSHOT_MESSAGES,
    );
    const views: MessageView[] = [];
    let chars = 0;
    for (const { json } of rows) {
      chars += json.length;
      if (chars > MAX_SNAPSHOT_CHARS && views.length > 0) break;
      views.push((JSON.parse(json) satisfies MessageRecord).view);
    }
    return views.reverse();
  }

  /** Deletes what was said in a task. @returns the places of its messages */
  forgetTask(taskNumber: number): number[] {
    this.diffs.forget(taskNumber);
    this.#sql.exec('DELETE FROM triggers WHERE task_number = ?', taskNumber);
    this.#sql.exec('DELETE FROM commands WHERE task_number = ?', taskNumber);
    this.#sql.exec('DELETE FROM questions WHERE task_number = ?', taskNumber);
    return this.#sql
      .exec<{ seq: number }>('DELETE FROM messages WHERE task_number = ? RETURNING seq', taskNumber)
      .toArray()
      .map(({ seq }) => seq);
  }

  /** Deletes everything, of whichever part of the session it is, but for what is still on its way to others. */
  eraseAll(erased: Erased): void {
    const tables = this.#sql
      .exec<{ name: string }>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
         AND name NOT LIKE '!_cf!_%' ESCAPE '!' AND name NOT IN ('outbox', 'deadlines', 'erased')`,
      )
      .toArray();
    for (const { name } of tables) this.#sql.exec(`DELETE FROM "${name}"`);
    this.#sql.exec('INSERT OR REPLACE INTO erased (only_row, json) VALUES (1, ?)', JSON.stringify(erased));
  }

  /** What stays of an erased session of this id; null when there never was one. */
  erased(): Erased | null {
    const [row] = this.#sql.exec<{ json: string }>('SELECT json FROM erased').toArray();
    return row === undefined ? null : JSON.parse(row.json);
  }

  positions(taskNumber: number): Position[] {
    return this.#sql
      .exec<{ epoch: number; runner_id: string; last_seq: number }>(
        'SELECT epoch, runner_id, last_seq FROM positions WHERE task_number = ? ORDER BY epoch',
        taskNumber,
      )
      .toArray()
      .map((row) => ({ epoch: row.epoch, runnerId: row.runner_id, lastSeq: row.last_seq }));
  }

  addPosition(taskNumber: number, epoch: number, runnerId: RunnerId): void {
    this.#sql.exec('INSERT OR IGNORE INTO positions VALUES (?, ?, ?, 0)', taskNumber, epoch, runnerId);
  }

  movePosition(taskNumber: number, epoch: number, lastSeq: number): void {
    this.#sql.exec(
      'UPDATE positions SET last_seq = ? WHERE task_number = ? AND epoch = ?',
      lastSeq,
      taskNumber,
      epoch,
    );
  }

  addCommand(taskNumber: number, { id, command }: NumberedCommand): void {
    this.#sql.exec(
      'INSERT INTO commands VALUES (?, ?, ?, ?)',
      taskNumber,
      id,
      command.type,
      JSON.stringify(command),
    );
  }

  commands(taskNumber: number): NumberedCommand[] {
    return this.#sql
      .exec<{ id: number; json: string }>(
        'SELECT id, json FROM commands WHERE task_number = ? ORDER BY id',
        taskNumber,
      )
      .toArray()
      .map((row) => ({ id: row.id, command: JSON.parse(row.json) }));
  }

  /** Removes a command and returns it; null when it was taken before. */
  takeCommand(taskNumber: number, id: number): JobCommand | null {
    const [row] = this.#sql
      .exec<{ json: string }>(
        'DELETE FROM commands WHERE task_number = ? AND id = ? RETURNING json',
        taskNumber,
        id,
      )
      .toArray();
    return row === undefined ? null : JSON.parse(row.json);
  }

  /** Adds a question of a task, or writes how it stands now; it keeps its place. */
  writeQuestion(taskNumber: number, question: QuestionView): void {
    this.#sql.exec(
      `INSERT INTO questions (task_number, id, json) VALUES (?1, ?2, ?3)
       ON CONFLICT (task_number, id) DO UPDATE SET json = ?3`,
      taskNumber,
      question.id,
      JSON.stringify(question),
    );
  }

  /** The newest questions of a task, the latest first. */
  questions(taskNumber: number): QuestionView[] {
    return this.#sql
      .exec<{ json: string }>(
        'SELECT json FROM questions WHERE task_number = ? ORDER BY seq DESC LIMIT ?',
        taskNumber,
        MAX_LISTED_QUESTIONS,
      )
      .toArray()
      .map((row) => JSON.parse(row.json));
  }

  dropCommands(taskNumber: number, which: 'orders' | 'all'): void {
    this.#sql.exec(
      `DELETE FROM commands WHERE task_number = ? ${which === 'all' ? '' : `AND NOT (${FOR_ANY_ATTEMPT})`}`,
      taskNumber,
    );
  }
}
