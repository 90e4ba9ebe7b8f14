import type { HookReport } from '../../../protocol/hooks.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import type { Person } from '../../../protocol/task.ts';
import type { NewSession, Refused } from '../../contracts.ts';

/** What a Claude Code that somebody started himself has reported. */
export type HookAsk = {
  claudeSessionId: string;
  by: Person;
  /** The machine's name, for people. */
  host: string | null;
  reports: readonly HookReport[];
  /**
   * Null: the session must show a terminal already. Else it may become one now: made when it is new, or taken where
   * nothing was done in it yet.
   */
  attach: NewSession | null;
};

export type HookTaken =
  | { status: 'ok'; sessionId: SessionId | null; stored: number; known: number }
  /** There is no such session, or it shows no terminal; ask again with `attach`. */
  | { status: 'not_attached' }
  | Refused;
