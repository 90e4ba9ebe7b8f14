/** How much of one message is kept until its last part is there: Claude's longest answers are below it. */
const MAX_SAID_CHARS = 200_000;

/** What of a terminal's reports must be remembered until the next one. */
export class HookStore {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS hook_reports (key TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS hook_tools (
        tool_use_id TEXT PRIMARY KEY, task_number INTEGER NOT NULL, agent_id TEXT
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS hook_said (
        message_id TEXT NOT NULL, part INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (message_id, part)
      ) WITHOUT ROWID;
    `);
  }

  /** Remembers a report. @returns false when it is a copy. */
  add(key: string): boolean {
    return (
      this.#sql.exec('INSERT OR IGNORE INTO hook_reports VALUES (?) RETURNING key', key).toArray().length > 0
    );
  }

  /** A tool runs. @returns false when that is known. */
  openTool(toolUseId: string, taskNumber: number, agentId: string | null): boolean {
    const rows = this.#sql.exec(
      'INSERT OR IGNORE INTO hook_tools VALUES (?, ?, ?) RETURNING tool_use_id',
      toolUseId,
      taskNumber,
      agentId,
    );
    return rows.toArray().length > 0;
  }

  /** A tool is done. @returns the task it belongs to; null when its start is not known. */
  closeTool(toolUseId: string): number | null {
    const [row] = this.#sql
      .exec<{ task_number: number }>(
        'DELETE FROM hook_tools WHERE tool_use_id = ? RETURNING task_number',
        toolUseId,
      )
      .toArray();
    return row?.task_number ?? null;
  }

  /** The main thread's tools of a task that were begun and of which nothing more was heard. */
  closeTools(taskNumber: number): string[] {
    return this.#sql
      .exec<{ tool_use_id: string }>(
        'DELETE FROM hook_tools WHERE task_number = ? AND agent_id IS NULL RETURNING tool_use_id',
        taskNumber,
      )
      .toArray()
      .map((row) => row.tool_use_id);
  }

  /** Keeps a part of what is being said. */
  say(messageId: string, part: number, text: string): void {
    this.#sql.exec('INSERT OR IGNORE INTO hook_said VALUES (?, ?, ?)', messageId, part, text);
  }

  /** The whole of a message, which is forgotten with it. */
  takeSaid(messageId: string): string {
    const rows = this.#sql
      .exec<{ text: string }>('SELECT text FROM hook_said WHERE message_id = ? ORDER BY part', messageId)
      .toArray();
    this.#sql.exec('DELETE FROM hook_said WHERE message_id = ?', messageId);
    return rows
      .map((row) => row.text)
      .join('')
      .slice(0, MAX_SAID_CHARS);
  }
}
