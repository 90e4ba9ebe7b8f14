import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../../env.ts';
import { openRecord } from '../open-record.ts';
import type { RecordRow } from '../rows.ts';
import { RowGatherer, type WriteResult } from './row-gatherer.ts';
import { tryWrite } from './try-write.ts';

/**
 * The way of one account's objects to the record. A thousand sessions that each wrote by themselves would be a
 * thousand connections and as many transactions of few rows, of which most run into their deadline. It stores
 * nothing: rows lie in their senders' outboxes until it has answered.
 */
export class RecorderObject extends DurableObject<Env> {
  readonly #gatherer: RowGatherer;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#gatherer = new RowGatherer({
      now: Date.now,
      send: (rows) => tryWrite(openRecord(env), rows),
    });
  }

  /** Writes rows of one sender, in order. @returns when they are stored, or why they are not */
  write(rows: readonly RecordRow[]): Promise<WriteResult> {
    return this.#gatherer.write(rows);
  }
}
