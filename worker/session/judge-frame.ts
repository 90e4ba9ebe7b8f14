import type { RunnerId } from '../../protocol/ids.ts';
import type { Position } from './session-store.ts';

export type FrameFacts = {
  frame: { epoch: number; firstSeq: number; count: number };
  /** Of the socket's ticket. */
  ticketEpoch: number;
  runnerId: RunnerId;
  /** The highest epoch that is known for the task. */
  currentEpoch: number;
  positions: readonly Position[];
};

export type FrameVerdict =
  /** Store all but the first `skip` events, which are stored already. */
  | { status: 'store'; skip: number; leftOver: boolean }
  | { status: 'repeat'; lastSeq: number }
  | { status: 'gap'; lastSeq: number }
  /** `close`: this socket holds no lease any more; else only this part of its journal is refused. */
  | { status: 'fenced'; currentEpoch: number; close: boolean }
  | { status: 'bad'; reason: string };

/**
 * Decides about a frame of events by its numbers alone. What an earlier epoch left in a runner's journal is taken
 * when this runner wrote that epoch, holds the current one, and has stored nothing under it yet.
 */
export function judgeFrame(facts: FrameFacts): FrameVerdict {
  const { frame, ticketEpoch, currentEpoch, positions, runnerId } = facts;
  if (ticketEpoch < currentEpoch) return { status: 'fenced', currentEpoch, close: true };
  if (frame.epoch > ticketEpoch) {
    return { status: 'bad', reason: `Epoch ${frame.epoch} is not the ticket's (${ticketEpoch}).` };
  }
  const position = positions.find(({ epoch }) => epoch === frame.epoch);
  if (position === undefined || position.runnerId !== runnerId) {
    return { status: 'fenced', currentEpoch, close: false };
  }
  const lastSeq = frame.firstSeq + frame.count - 1;
  if (lastSeq <= position.lastSeq) return { status: 'repeat', lastSeq: position.lastSeq };
  const leftOver = frame.epoch < ticketEpoch;
  if (leftOver && positions.some(({ epoch, lastSeq: stored }) => epoch > frame.epoch && stored > 0)) {
    return { status: 'fenced', currentEpoch, close: false };
  }
  if (frame.firstSeq > position.lastSeq + 1) return { status: 'gap', lastSeq: position.lastSeq };
  return { status: 'store', skip: position.lastSeq + 1 - frame.firstSeq, leftOver };
}
