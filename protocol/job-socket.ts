import { z } from 'zod';
import { runnerEventSchema } from './events.ts';
import { numberedCommandSchema } from './job.ts';
import { MAX_FRAME_EVENTS } from './limits.ts';
import { protocolVersionSchema } from './version.ts';

export const timedEventSchema = z.object({ at: z.int(), event: runnerEventSchema });
export type TimedEvent = z.infer<typeof timedEventSchema>;

/** Runner → Session, on the data socket of one task. */
export const jobFromRunnerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), protocol: protocolVersionSchema, epoch: z.int().positive() }),
  /** Events `firstSeq`, `firstSeq + 1`, … of an epoch. */
  z.object({
    type: z.literal('events'),
    epoch: z.int().positive(),
    firstSeq: z.int().positive(),
    events: z.array(timedEventSchema).min(1).max(MAX_FRAME_EVENTS),
  }),
]);
export type JobFromRunner = z.infer<typeof jobFromRunnerSchema>;

/** Session → runner. */
export const jobToRunnerSchema = z.discriminatedUnion('type', [
  /** What is stored of each epoch that this runner wrote; it sends the rest. Pending commands follow. */
  z.object({
    type: z.literal('opened'),
    protocol: protocolVersionSchema,
    stored: z.array(z.object({ epoch: z.int().positive(), lastSeq: z.int().min(0) })),
  }),
  /** Everything up to `seq` of this epoch is stored for good. */
  z.object({ type: z.literal('ack'), epoch: z.int().positive(), seq: z.int().min(0) }),
  /** A frame did not follow on what is stored: send again from `lastSeq + 1`. */
  z.object({ type: z.literal('gap'), epoch: z.int().positive(), lastSeq: z.int().min(0) }),
  z.object({ type: z.literal('command'), command: numberedCommandSchema }),
  /** A newer epoch holds the task. The socket is closed with `CLOSE.fenced`. */
  z.object({ type: z.literal('fenced'), epoch: z.int().positive(), currentEpoch: z.int().positive() }),
]);
export type JobToRunner = z.infer<typeof jobToRunnerSchema>;
