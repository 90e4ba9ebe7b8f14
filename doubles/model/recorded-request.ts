import type { MessagesRequest } from './messages-schema.ts';

/** One request as it was received. Holds no credential: `login` only says which kind there was. */
export type RecordedRequest = {
  /** Counts up from 1. */
  number: number;
  /** Milliseconds of `performance.now()`. */
  atMs: number;
  method: string;
  path: string;
  sessionId: string | null;
  login: 'api_key' | 'bearer' | 'none';
  userAgent: string;
  /** Null for probes, look-ups of other paths and bodies that do not fit the API. */
  body: MessagesRequest | null;
  /** The script that answered and its step; null when none was found. */
  script: { name: string; step: number } | null;
  /** Messages of the user that reached the model in the middle of a turn, oldest first. */
  notes: readonly string[];
};
