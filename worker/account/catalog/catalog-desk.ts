import type { z } from 'zod';
import { MAX_CATALOG_ITEMS } from '../../../protocol/catalog.ts';
import type { Refused } from '../../contracts.ts';
import type { AccountParts } from '../account-parts.ts';

export type CatalogItem = {
  id: string;
  name: string;
  createdAt: number;
  createdBy: string;
  updatedAt: number;
  updatedBy: string;
};

/** What people write of an item; the rest is ours. */
export type CatalogBody<Item extends CatalogItem> = Omit<Item, Exclude<keyof CatalogItem, 'name'>>;

export type CatalogResult<Item> = { status: 'ok'; item: Item } | Refused;

/** Things that an account keeps under names: prompts, projects, schedules. Each kind has a desk and a table. */
export class CatalogDesk<Item extends CatalogItem> {
  readonly #parts: AccountParts;
  readonly #table: string;
  readonly #schema: z.ZodType<Item>;

  constructor(parts: AccountParts, table: 'prompts' | 'projects' | 'schedules', schema: z.ZodType<Item>) {
    this.#parts = parts;
    this.#table = table;
    this.#schema = schema;
    parts.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, item TEXT NOT NULL)
         WITHOUT ROWID`,
    );
  }

  /** All of them, by name. */
  list(): Item[] {
    return this.#read(`SELECT item FROM ${this.#table} ORDER BY name`);
  }

  /** By name or id; null when there is none. */
  find(key: string): Item | null {
    return this.#read(`SELECT item FROM ${this.#table} WHERE name = ?1 OR id = ?1`, key)[0] ?? null;
  }

  create(body: CatalogBody<Item>, by: string): CatalogResult<Item> {
    if (this.find(body.name) !== null) return this.#taken(body.name);
    const count = this.#parts.storage.sql
      .exec<{ count: number }>(`SELECT COUNT(*) AS count FROM ${this.#table}`)
      .one().count;
    if (count >= MAX_CATALOG_ITEMS) {
      return {
        status: 'refused',
        code: 'queue_full',
        message: `The account has ${count} ${this.#table}, which is as many as it can have.`,
        remedy: 'Delete some that nobody uses any more.',
      };
    }
    const now = this.#parts.now();
    const marks = { id: this.#parts.newId(), createdAt: now, createdBy: by, updatedAt: now, updatedBy: by };
    return this.#store({ ...body, ...marks });
  }

  /** Replaces what people have written; id and beginning stay. */
  replace(key: string, body: CatalogBody<Item>, by: string): CatalogResult<Item> {
    const known = this.find(key);
    if (known === null) return this.#unknown(key);
    const other = this.find(body.name);
    if (other !== null && other.id !== known.id) return this.#taken(body.name);
    const { id, createdAt, createdBy } = known;
    const marks = { id, createdAt, createdBy, updatedAt: this.#parts.now(), updatedBy: by };
    return this.#store({ ...body, ...marks });
  }

  remove(key: string): CatalogResult<Item> {
    const known = this.find(key);
    if (known === null) return this.#unknown(key);
    this.#parts.storage.sql.exec(`DELETE FROM ${this.#table} WHERE id = ?`, known.id);
    return { status: 'ok', item: known };
  }

  #store(item: unknown): CatalogResult<Item> {
    const parsed = this.#schema.parse(item);
    this.#parts.storage.sql.exec(
      `INSERT INTO ${this.#table} (id, name, item) VALUES (?1, ?2, ?3)
       ON CONFLICT (id) DO UPDATE SET name = ?2, item = ?3`,
      parsed.id,
      parsed.name,
      JSON.stringify(parsed),
    );
    return { status: 'ok', item: parsed };
  }

  #read(query: string, ...bound: string[]): Item[] {
    return this.#parts.storage.sql
      .exec<{ item: string }>(query, ...bound)
      .toArray()
      .map(({ item }) => this.#schema.parse(JSON.parse(item)));
  }

  #taken(name: string): Refused {
    return {
      status: 'refused',
      code: 'conflict',
      message: `"${name}" is the name of another one.`,
      remedy: 'Choose another name, or change that one.',
    };
  }

  #unknown(key: string): Refused {
    return {
      status: 'refused',
      code: 'not_found',
      message: `There is none called ${key}.`,
      remedy: 'Look at the list of them.',
    };
  }
}
