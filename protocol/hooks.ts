import { z } from 'zod';
import { cutTextSchema } from './events.ts';
import { accountKeySchema, sessionIdSchema } from './ids.ts';
import { MAX_MESSAGE_CHARS } from './limits.ts';

/** Reports that one call brings at most: a busy minute of Claude Code; more go in the next call. */
export const MAX_HOOK_REPORTS = 100;

/** One call's body: far above what a batch comes to, since each text is cut before. */
export const MAX_HOOK_BODY_BYTES = 8_000_000;

/** Claude Code names its sessions so. */
export const claudeSessionIdSchema = z.uuid();

const nameSchema = z.string().min(1).max(200);
const sentenceSchema = z.string().max(4_000);

/**
 * What Claude Code gives its hooks, as far as it is used here; it adds fields with each release. Which of them are
 * there depends on the event (`read-hook.ts`).
 */
export const hookInputSchema = z.looseObject({
  session_id: claudeSessionIdSchema,
  hook_event_name: z.string().min(1).max(100),
  cwd: z.string().min(1).max(4_096),
  /** The same for all that follows on one prompt. */
  prompt_id: nameSchema.optional(),
  /** Set within a sub-agent. */
  agent_id: nameSchema.optional(),
  source: z.string().optional(),
  model: z.string().optional(),
  prompt: z.string().optional(),
  tool_name: nameSchema.optional(),
  tool_use_id: nameSchema.optional(),
  tool_input: z.unknown().optional(),
  tool_response: z.unknown().optional(),
  duration_ms: z.number().min(0).optional(),
  error: z.string().optional(),
  message: z.string().optional(),
  message_id: nameSchema.optional(),
  index: z.int().min(0).optional(),
  final: z.boolean().optional(),
  delta: z.string().optional(),
  last_assistant_message: z.string().optional(),
  reason: z.string().optional(),
});
export type HookInput = z.infer<typeof hookInputSchema>;

/** A finished tool, and nothing else: what `POST /api/hooks/tool-complete` takes. */
export const toolCompleteInputSchema = hookInputSchema.extend({
  hook_event_name: z.enum(['PostToolUse', 'PostToolUseFailure']),
  tool_name: nameSchema,
  tool_use_id: nameSchema,
});

const toolSchema = { toolUseId: nameSchema, name: nameSchema, input: cutTextSchema };

/** What a hook has to say, in our words. */
export const hookFactSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), how: sentenceSchema, model: z.string().max(200).nullable() }),
  z.object({ type: z.literal('prompt'), text: z.string().max(MAX_MESSAGE_CHARS) }),
  z.object({ type: z.literal('tool_used'), ...toolSchema }),
  /** Names and input are given again: the start of the tool may have been missed. */
  z.object({
    type: z.literal('tool_completed'),
    ...toolSchema,
    isError: z.boolean(),
    output: cutTextSchema,
    durationMs: z.number().min(0).nullable(),
  }),
  /** Part of what Claude says, as it is shown in the terminal. */
  z.object({
    type: z.literal('said'),
    messageId: nameSchema,
    index: z.int().min(0),
    text: cutTextSchema,
    final: z.boolean(),
  }),
  z.object({
    type: z.literal('turn_ended'),
    isError: z.boolean(),
    reason: sentenceSchema.nullable(),
    text: cutTextSchema,
  }),
  z.object({ type: z.literal('noticed'), text: sentenceSchema }),
  z.object({ type: z.literal('ended'), reason: sentenceSchema }),
]);
export type HookFact = z.infer<typeof hookFactSchema>;

/** One report. `key` names what it is about, so that a copy of it is known. `at` is ms since 1970. */
export const hookReportSchema = z.object({
  key: z.string().min(1).max(500),
  at: z.int().min(0),
  promptId: nameSchema.nullable(),
  agentId: nameSchema.nullable(),
  fact: hookFactSchema,
});
export type HookReport = z.infer<typeof hookReportSchema>;

/** Where the reports of one Claude Code go: by default to a session of its own. */
const placeFields = {
  /** Whose session it is; may be left out by who reaches only one account. */
  account: accountKeySchema.optional(),
  /** A session that holds no work of a runner; all that is reported with it goes there. */
  session: sessionIdSchema.optional(),
};

/** The query of the addresses that Claude Code itself calls. */
export const hookQuerySchema = z.strictObject(placeFields);

/** Reports that were kept on the machine, in their order. None at all asks whether they would be taken. */
export const hookReportsBodySchema = z.strictObject({
  ...placeFields,
  claudeSessionId: claudeSessionIdSchema,
  cwd: z.string().min(1).max(4_096),
  /** The machine's name, for people. */
  host: z.string().min(1).max(200).nullable(),
  reports: z.array(hookReportSchema).max(MAX_HOOK_REPORTS),
});
export type HookReportsBody = z.input<typeof hookReportsBodySchema>;

export const hookReportsAnswerSchema = z.object({
  /** Null while nothing was reported. */
  sessionId: sessionIdSchema.nullable(),
  stored: z.int().min(0),
  /** Copies of what is stored already. */
  known: z.int().min(0),
});
export type HookReportsAnswer = z.infer<typeof hookReportsAnswerSchema>;

/** The header that names the session to whoever calls by hand; the body is Claude Code's own. */
export const HOOK_SESSION_HEADER = 'x-signalbox-session';
