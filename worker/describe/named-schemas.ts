import type { z } from 'zod';
import { attentionItemSchema } from '../../protocol/attention.ts';
import { auditEntrySchema } from '../../protocol/audit.ts';
import { checkpointSchema } from '../../protocol/checkpoint.ts';
import { loggedEventSchema } from '../../protocol/events.ts';
import { runnerViewSchema } from '../../protocol/fleet-view.ts';
import { commandLogSchema, deliveryViewSchema, sessionSummarySchema } from '../../protocol/http.ts';
import { jobKeySchema } from '../../protocol/job-envelope.ts';
import { problemSchema } from '../../protocol/problem.ts';
import { registrationTokenViewSchema } from '../../protocol/registration.ts';
import { sessionViewSchema } from '../../protocol/session.ts';
import { messageViewSchema, taskViewSchema } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { workspaceSchema } from '../../protocol/workspace.ts';

/**
 * Schemas that have a name in the API's description and in the client made of it, because several operations share
 * them. Any other gets a name by `.meta({ id })`, or stands where it is used.
 */
export const NAMED_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  AttentionItem: attentionItemSchema,
  AuditEntry: auditEntrySchema,
  Checkpoint: checkpointSchema,
  CommandLog: commandLogSchema,
  Delivery: deliveryViewSchema,
  JobKey: jobKeySchema,
  LoggedEvent: loggedEventSchema,
  Message: messageViewSchema,
  Problem: problemSchema,
  RegistrationToken: registrationTokenViewSchema,
  Runner: runnerViewSchema,
  Session: sessionViewSchema,
  SessionSummary: sessionSummarySchema,
  Task: taskViewSchema,
  TaskOptions: taskOptionsSchema,
  Workspace: workspaceSchema,
};
