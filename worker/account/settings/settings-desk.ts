import {
  type AccountSettings,
  accountSettingsSchema,
  mergePatch,
  type SettingsPatch,
  type SettingsView,
} from '../../../protocol/settings.ts';
import type { AccountParts } from '../account-parts.ts';

type Row = { given: string; updated_at: number | null; updated_by: string | null };

export type SettingsChange =
  | { status: 'changed'; view: SettingsView }
  | { status: 'invalid'; mistakes: Mistake[] };
type Mistake = { path: string; message: string };

/** What the account has settled for itself. Only what somebody has set is stored, so that defaults may change. */
export class SettingsDesk {
  readonly #parts: AccountParts;
  /** A cache of the row. */
  #known: SettingsView | null = null;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    parts.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS settings (
        id INTEGER PRIMARY KEY CHECK (id = 1), given TEXT NOT NULL, updated_at INTEGER, updated_by TEXT
      );
      INSERT OR IGNORE INTO settings (id, given) VALUES (1, '{}');
    `);
  }

  read(): SettingsView {
    this.#known ??= this.#view(this.#row());
    return this.#known;
  }

  get current(): AccountSettings {
    return this.read().settings;
  }

  change(patch: SettingsPatch, by: string): SettingsChange {
    const given = mergePatch(JSON.parse(this.#row().given), patch);
    const parsed = accountSettingsSchema.safeParse(given);
    if (!parsed.success) {
      const mistakes = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      return { status: 'invalid', mistakes };
    }
    this.#parts.storage.sql.exec(
      'UPDATE settings SET given = ?, updated_at = ?, updated_by = ? WHERE id = 1',
      JSON.stringify(given),
      this.#parts.now(),
      by,
    );
    this.#known = null;
    return { status: 'changed', view: this.read() };
  }

  #row(): Row {
    return this.#parts.storage.sql
      .exec<Row>('SELECT given, updated_at, updated_by FROM settings WHERE id = 1')
      .one();
  }

  #view({ given, updated_at, updated_by }: Row): SettingsView {
    return {
      account: this.#parts.account,
      settings: accountSettingsSchema.parse(JSON.parse(given)),
      updatedAt: updated_at,
      updatedBy: updated_by,
    };
  }
}
