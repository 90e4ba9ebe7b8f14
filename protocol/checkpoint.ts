import { z } from 'zod';
import { runnerIdSchema, taskIdSchema } from './ids.ts';
import { taskAutomationSchema } from './task.ts';
import { usageSchema } from './usage.ts';
import { branchNameSchema, commitShaSchema, MAX_WRITABLE_SIDES } from './workspace.ts';

/**
 * Bundle and transcript together, as they are sent. Enough for days of conversation and ordinary work; what is larger
 * (a data set, a build that nobody ignores) would take minutes to move and stays with its runner.
 */
export const MAX_CHECKPOINT_BYTES = 32_000_000;

/** The header goes beside the body in one HTTP header, and servers end those at 16 KB or later. */
export const CHECKPOINT_HEADER = 'x-signalbox-checkpoint';

/** Messages to a task that its checkpoint names; the latest count. Keeps the header far below its limit. */
export const MAX_CHECKPOINT_MESSAGES = 100;

/** The state of one more repository. */
const sideStateSchema = z.object({
  repositoryId: z.int().positive(),
  branch: branchNameSchema,
  tip: commitShaSchema,
  start: commitShaSchema,
  work: commitShaSchema,
  needs: z.array(commitShaSchema).max(10),
  bundleBytes: z.int().positive(),
});
export type SideState = z.infer<typeof sideStateSchema>;

/** What a stored checkpoint holds. Its body is a git bundle, those of `sides`, then Claude's transcript as gzip. */
export const checkpointHeaderSchema = z.object({
  version: z.literal(1),
  /** Chosen by the runner, so that the same upload can be sent again. */
  id: z.uuid(),
  epoch: z.int().positive(),
  /** Grows with each checkpoint of one attempt. */
  ordinal: z.int().positive(),
  /** Turns of this attempt that were over. */
  turn: z.int().min(0),
  madeAt: z.int(),
  branch: branchNameSchema,
  /** Tip of the session's branch. */
  tip: commitShaSchema,
  /** The commit the task started from. */
  start: commitShaSchema,
  /** A commit on `tip` of everything in the folder. */
  work: commitShaSchema,
  /** Commits that the server has and that the bundle builds on. */
  needs: z.array(commitShaSchema).max(10),
  claudeSessionId: z.uuid().nullable(),
  /** Where the folder was; Claude's memory has paths in it. */
  cwd: z.string().max(4_096),
  /** Messages that Claude's transcript holds, besides the request. */
  messages: z.array(z.string().max(200)).max(MAX_CHECKPOINT_MESSAGES),
  /** Other repositories of the session, each with a bundle of its own; they follow the first one, in this order. */
  sides: z.array(sideStateSchema).max(MAX_WRITABLE_SIDES).optional(),
  bundleBytes: z.int().min(0).max(MAX_CHECKPOINT_BYTES),
  transcriptBytes: z.int().min(0).max(MAX_CHECKPOINT_BYTES),
});
export type CheckpointHeader = z.infer<typeof checkpointHeaderSchema>;

/** How long the body is that belongs to a header. */
export function checkpointBytes({ bundleBytes, sides = [], transcriptBytes }: CheckpointHeader): number {
  return sides.reduce((sum, side) => sum + side.bundleBytes, bundleBytes + transcriptBytes);
}

/** A checkpoint as the control plane knows it. One a session: the newest. */
export const checkpointSchema = checkpointHeaderSchema.extend({
  taskId: taskIdSchema,
  runnerId: runnerIdSchema,
  runnerName: z.string().nullable(),
  storedAt: z.int(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** What a runner needs to know to go on with a task that was begun elsewhere. */
export const resumePointSchema = z.object({
  checkpoint: checkpointSchema.nullable(),
  /** Who worked on it last; its folder may hold what came after the checkpoint. */
  lastRunnerName: z.string().nullable(),
  /** Claude has worked in this session before. */
  begun: z.boolean(),
  /** Messages that an earlier attempt at this task took; its Claude knew them. */
  delivered: z.array(z.object({ messageId: z.string(), author: z.string(), text: z.string() })),
  /** A person is waited for after a turn. */
  waits: taskAutomationSchema.shape.wants.optional(),
  /** What earlier attempts used of the task's limits. */
  spent: z.object({
    turns: z.int().min(0),
    usage: usageSchema,
    /** How often it went on by itself. */
    iterations: z.int().min(0).optional(),
  }),
});
export type ResumePoint = z.infer<typeof resumePointSchema>;

/** The header as it travels: percent-encoded, because paths may hold any character and HTTP headers may not. */
export function encodeCheckpointHeader(header: CheckpointHeader | Checkpoint): string {
  return encodeURIComponent(JSON.stringify(header));
}

/** Null when the text is no header of this version. */
export function decodeCheckpointHeader(text: string): CheckpointHeader | null {
  return decode(text, checkpointHeaderSchema);
}

/** The same for what the control plane answers with. */
export function decodeCheckpoint(text: string): Checkpoint | null {
  return decode(text, checkpointSchema);
}

function decode<T extends z.ZodType>(text: string, schema: T): z.output<T> | null {
  try {
    return schema.safeParse(JSON.parse(decodeURIComponent(text))).data ?? null;
  } catch {
    return null;
  }
}
