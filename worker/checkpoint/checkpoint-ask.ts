import type { Checkpoint, CheckpointHeader, ResumePoint } from '../../protocol/checkpoint.ts';
import type { AccountKey, RunnerId } from '../../protocol/ids.ts';
import type { Refused } from '../contracts.ts';

type OfAttempt = { taskNumber: number; runnerId: RunnerId };

/** What is asked of a session about its stored state, and about work that is kept on runners. */
export type CheckpointAsk =
  | ({ type: 'offer' | 'keep'; header: CheckpointHeader } & OfAttempt)
  | ({ type: 'resume_point'; epoch: number } & OfAttempt)
  | ({
      type: 'rescued';
      epoch: number;
      runnerName: string;
      account: AccountKey;
      ref: string;
      sha: string;
    } & OfAttempt)
  | { type: 'current' }
  | { type: 'forget' };

export type CheckpointAnswer =
  | {
      status: 'ok';
      /** The session's stored checkpoint. */
      checkpoint: Checkpoint | null;
      /** What was offered is stored already. */
      isKnown?: true;
      point?: ResumePoint;
    }
  | Refused;
