import type { AccountKey } from '../../protocol/ids.ts';
import type { Env } from '../env.ts';
import type { Logger } from '../logger.ts';
import type { RecordRow } from '../record/rows.ts';
import type { Outbox } from '../storage/outbox.ts';
import type { AccountWrite } from './account-writes.ts';
import type { AuditChain } from './audit/audit-chain.ts';

/** What every desk of an account's object works with. */
export type AccountParts = {
  account: AccountKey;
  env: Env;
  storage: DurableObjectStorage;
  logger: Logger;
  now: () => number;
  newId: () => string;
  /** Puts a row on its way to the record, in the same commit as the change that it tells of. */
  record: (key: string, row: RecordRow) => void;
  /** Tells somebody else, durably: items of a lane go out in order, and lanes don't wait for each other. */
  tell: (lane: string, key: string, body: AccountWrite) => void;
  /** What was told and is not through yet. */
  outbox: Pick<Outbox<AccountWrite>, 'backlog' | 'bodyOf' | 'troubles' | 'retry' | 'dropParked'>;
  /** Has the outbox look at once for what it can send. */
  drain: () => void;
  audit: AuditChain;
  /** Has `onDeadline` of the object called with this name, at this time or earlier. */
  wakeAt: (name: string, atMs: number) => void;
};
