import { z } from 'zod';
import { accountKeySchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { sessionStatusSchema } from './session.ts';
import { messageSourceSchema } from './task.ts';
import { taskStateSchema } from './task-state.ts';
import { usageSchema } from './usage.ts';

/** What is told to other systems. `task.waiting`: for a person. */
const SESSION_EVENTS = [
  'session.created',
  'task.created',
  'task.started',
  'task.waiting',
  'task.completed',
  'task.rejected',
  'task.failed',
  'task.cancelled',
  'task.stopped',
  'task.exhausted',
  'pull_request.opened',
] as const;
/** `schedule.paused`: it failed too often and starts nothing until a person looks at it. */
export const WEBHOOK_EVENTS = [...SESSION_EVENTS, 'schedule.paused'] as const;
export const webhookEventSchema = z.enum(WEBHOOK_EVENTS);
const sessionEventSchema = z.enum(SESSION_EVENTS);
export type SessionEventType = z.infer<typeof sessionEventSchema>;

/** Longer texts are cut: the API has the whole. */
export const MAX_WEBHOOK_TEXT = 2_000;
const textSchema = z.string().max(MAX_WEBHOOK_TEXT + 1);

/** What a message is about, as it was at that moment. Texts are without secrets. */
export const webhookDataSchema = z.object({
  account: accountKeySchema,
  session: z.object({
    id: sessionIdSchema,
    title: textSchema,
    status: sessionStatusSchema,
    repository: z.string().nullable(),
    branch: z.string().nullable(),
    /** The issue or pull request. */
    url: z.string().nullable(),
    /** The session's page here. */
    page: z.string(),
  }),
  task: z
    .object({
      id: taskIdSchema,
      number: z.int(),
      state: taskStateSchema,
      request: textSchema,
      source: messageSourceSchema,
      requester: z.string(),
      summary: textSchema.nullable(),
      failure: z.object({ kind: z.string(), message: textSchema, remedy: textSchema }).nullable(),
      branch: z.string().nullable(),
      commitSha: z.string().nullable(),
      pullRequest: z.object({ number: z.int(), url: z.string() }).nullable(),
      usage: usageSchema,
      createdAt: z.int(),
      startedAt: z.int().nullable(),
      endedAt: z.int().nullable(),
    })
    .nullable(),
});
export type WebhookData = z.infer<typeof webhookDataSchema>;

/** A schedule that was paused, and why. */
export const scheduleDataSchema = z.object({
  account: accountKeySchema,
  schedule: z.object({
    id: z.uuid(),
    name: z.string(),
    reason: textSchema,
    /** Of the last run; null when it made no task. */
    sessionId: sessionIdSchema.nullable(),
    /** Where the schedules are shown. */
    page: z.string(),
  }),
});
export type ScheduleData = z.infer<typeof scheduleDataSchema>;

/** The body of a webhook, in the form of Standard Webhooks. `webhook.test` has no data but a greeting. */
export const webhookMessageSchema = z.union([
  z.object({ type: sessionEventSchema, timestamp: z.iso.datetime(), data: webhookDataSchema }),
  z.object({
    type: z.literal('schedule.paused'),
    timestamp: z.iso.datetime(),
    data: scheduleDataSchema,
  }),
  z.object({
    type: z.literal('webhook.test'),
    timestamp: z.iso.datetime(),
    data: z.object({ account: accountKeySchema, text: z.string() }),
  }),
]);
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;

const urlSchema = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).max(2_000);
const eventsSchema = z.array(webhookEventSchema).min(1).max(WEBHOOK_EVENTS.length).nullable();
const nameSchema = z.string().trim().min(1).max(100);

export const createWebhookBodySchema = z.strictObject({
  url: urlSchema,
  /** Null: all. */
  events: eventsSchema.default(null),
  name: nameSchema.optional(),
  account: accountKeySchema.optional(),
});
export const updateWebhookBodySchema = z.strictObject({
  url: urlSchema.optional(),
  events: eventsSchema.optional(),
  name: nameSchema.optional(),
  enabled: z.boolean().optional(),
});

/** A receiver without its secret. Times are ms since 1970. */
export const webhookViewSchema = z.object({
  id: z.uuid(),
  account: accountKeySchema,
  url: z.string(),
  events: eventsSchema,
  name: z.string(),
  /** `failing`: nothing had got through for days. `gone`: it answered 410. `by_hand`: somebody switched it off. */
  disabled: z.enum(['failing', 'gone', 'by_hand']).nullable(),
  /** Since when nothing gets through. */
  failingSince: z.int().nullable(),
  createdAt: z.int(),
  createdBy: z.string(),
});
export type WebhookView = z.infer<typeof webhookViewSchema>;
export const webhookListSchema = z.object({ items: z.array(webhookViewSchema) });

/** The secret (`whsec_…`) is shown once. */
export const webhookSecretAnswerSchema = z.object({ webhook: webhookViewSchema, secret: z.string() });

export const webhookDeliverySchema = z.object({
  /** `webhook-id` of the request: the same at each attempt, so that a receiver knows a copy. */
  id: z.string(),
  type: z.string(),
  /** `skipped`: its receiver was switched off, or too much waited. */
  status: z.enum(['pending', 'delivered', 'failed', 'skipped']),
  createdAt: z.int(),
  /** The latest; at most 20. */
  attempts: z.array(
    z.object({
      at: z.int(),
      /** Of the answer; null when there was none. */
      httpStatus: z.int().nullable(),
      durationMs: z.int(),
      error: z.string().nullable(),
    }),
  ),
});
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;
export const webhookDeliveryPageSchema = z.object({
  items: z.array(webhookDeliverySchema),
  next: z.string().nullable(),
});
export const webhookQueuedSchema = z.object({ id: z.string() });
