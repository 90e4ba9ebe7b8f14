import { z } from 'zod';
import { accountKeySchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { failureKindSchema } from './outcome.ts';
import { sessionStatusSchema } from './session.ts';
import { webAddressSchema } from './task.ts';
import { taskStateSchema } from './task-state.ts';

/** More of them is no overview. */
export const MAX_OPEN_TASKS = 100;
export const MAX_ENDED_TASKS = 12;

/** A task as an overview shows it. Times are ms since 1970. */
export const nowTaskSchema = z.object({
  id: taskIdSchema,
  sessionId: sessionIdSchema,
  account: accountKeySchema,
  /** Of its session. */
  title: z.string(),
  repository: z.string().nullable(),
  /** `waiting`: a person must act. */
  status: sessionStatusSchema,
  state: taskStateSchema,
  stateSince: z.int(),
  /** The beginning of the request. */
  request: z.string(),
  requester: z.string(),
  runnerName: z.string().nullable(),
  costUsd: z.number(),
  pullUrl: webAddressSchema.nullable(),
  failure: failureKindSchema.nullable(),
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
});
export type NowTask = z.infer<typeof nowTaskSchema>;

/** What goes on. */
export const nowViewSchema = z.object({
  /** Tasks that are not over, the last changed first. */
  open: z.array(nowTaskSchema).max(MAX_OPEN_TASKS),
  /** There are more of them. */
  more: z.boolean(),
  /** The last task of the sessions that ended last. */
  ended: z.array(nowTaskSchema).max(MAX_ENDED_TASKS),
});
export type NowView = z.infer<typeof nowViewSchema>;

/** Something outside that the work depends on. */
export const PART_NAMES = ['github', 'record', 'model'] as const;

export const partViewSchema = z.object({
  name: z.enum(PART_NAMES),
  /** `unknown`: nothing was asked of it lately. `off`: this deployment does without. */
  status: z.enum(['ok', 'failing', 'unknown', 'off']),
  /** What is known, in a sentence. */
  detail: z.string(),
});
export type PartView = z.infer<typeof partViewSchema>;

export const partsViewSchema = z.object({ parts: z.array(partViewSchema) });
