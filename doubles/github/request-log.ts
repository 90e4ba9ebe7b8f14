import { EventEmitter } from 'node:events';
import type { TokenKind } from './auth/identify-caller.ts';
import type { OperationId } from './openapi/operation-ids.ts';

export type RequestRecord = {
  method: string;
  /** Path and query. */
  path: string;
  /** Undefined for git, for pages and for what GitHub does not have. */
  operationId: OperationId | undefined;
  /** What kind of credential came along; the credential itself is kept nowhere. */
  tokenKind: TokenKind;
  at: number;
  /** Null while it is under way, and when the connection ended without an answer. */
  status: number | null;
  durationMs: number | null;
};

/** A call, or an answer of the double's own, that does not fit GitHub's description. */
export type Violation = {
  method: string;
  path: string;
  operationId: OperationId | undefined;
  side: 'request' | 'answer';
  problem: string;
};

export type RequestLog = {
  requests: RequestRecord[];
  violations: Violation[];
  /** Emits `change` whenever something may have changed that a test waits for. */
  changes: EventEmitter;
};

export function createRequestLog(): RequestLog {
  const changes = new EventEmitter();
  // Every wait listens; many waits at once are no leak.
  changes.setMaxListeners(0);
  return { requests: [], violations: [], changes };
}
