import { z } from 'zod';

/**
 * The lines of the CLI's stream-json output that Signalbox reads, with the fields it reads. Everything else is
 * tolerated: new line types and new fields come with every version.
 */
const parentSchema = z.string().nullish();

const blockSchema = z.union([
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('thinking'), thinking: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() }),
  z.object({
    type: z.literal('tool_result'),
    tool_use_id: z.string(),
    content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
    is_error: z.boolean().nullish(),
  }),
  z.object({ type: z.string() }).transform(() => ({ type: 'other' as const })),
]);
export type ContentBlock = z.infer<typeof blockSchema>;

const modelUsageSchema = z.object({
  inputTokens: z.number().default(0),
  outputTokens: z.number().default(0),
  cacheReadInputTokens: z.number().default(0),
  cacheCreationInputTokens: z.number().default(0),
  costUSD: z.number().default(0),
});
const usageByModelSchema = z.record(z.string(), modelUsageSchema);
export type UsageByModel = z.infer<typeof usageByModelSchema>;

const resultSchema = z.object({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.boolean(),
  result: z.string().optional(),
  errors: z.array(z.string()).default([]),
  terminal_reason: z.string().nullish(),
  stop_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  api_error_type: z.string().nullish(),
  api_error: z.string().nullish(),
  num_turns: z.number().default(0),
  duration_ms: z.number().default(0),
  total_cost_usd: z.number().default(0),
  modelUsage: usageByModelSchema.default({}),
  model_usage_since_last_result: usageByModelSchema.optional(),
  /** The answer to a question with a schema. */
  structured_output: z.unknown().optional(),
  /** Set on results of turns that nobody asked for, such as the report of a background task. */
  origin: z.looseObject({ kind: z.string() }).nullish(),
});
export type ResultMessage = z.infer<typeof resultSchema>;

const assistantSchema = z.object({
  type: z.literal('assistant'),
  message: z.object({ model: z.string(), content: z.array(blockSchema) }),
  parent_tool_use_id: parentSchema,
  error: z.string().nullish(),
});

const userSchema = z.object({
  type: z.literal('user'),
  message: z.object({ content: z.union([z.string(), z.array(blockSchema)]) }),
  parent_tool_use_id: parentSchema,
});

const commandLifecycleSchema = z.object({
  type: z.literal('command_lifecycle'),
  command_uuid: z.string(),
  state: z.string(),
});

const rateLimitSchema = z.object({
  type: z.literal('rate_limit_event'),
  rate_limit_info: z.object({
    status: z.string(),
    resetsAt: z.number().nullish(),
    rateLimitType: z.string().nullish(),
  }),
});

const streamUsageSchema = z.looseObject({
  input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
});

/** The parts of a raw API event that say how far an answer has come. */
const streamEventSchema = z.object({
  type: z.literal('stream_event'),
  parent_tool_use_id: parentSchema,
  event: z.looseObject({
    type: z.string(),
    delta: z.looseObject({ stop_reason: z.string().nullish() }).optional(),
    /** Of `message_start`: what the request was. */
    message: z.looseObject({ usage: streamUsageSchema.optional() }).optional(),
    /** Of `message_delta`: what the answer has come to. */
    usage: streamUsageSchema.optional(),
  }),
});

const initSchema = z.object({
  type: z.literal('system'),
  subtype: z.literal('init'),
  session_id: z.string(),
  model: z.string(),
  claude_code_version: z.string().default('unknown'),
});

const apiRetrySchema = z.object({
  type: z.literal('system'),
  subtype: z.literal('api_retry'),
  attempt: z.int().min(1),
  max_retries: z.int().min(0),
  retry_delay_ms: z.number().min(0),
  error_status: z.int().nullish(),
});

const permissionDeniedSchema = z.object({
  type: z.literal('system'),
  subtype: z.literal('permission_denied'),
  tool_name: z.string(),
  tool_use_id: z.string(),
  message: z.string(),
});

const modelFallbackSchema = z.object({
  type: z.literal('system'),
  subtype: z.literal('model_fallback'),
  original_model: z.string(),
  fallback_model: z.string(),
});

const compactBoundarySchema = z.object({
  type: z.literal('system'),
  subtype: z.literal('compact_boundary'),
});

export const claudeMessageSchema = z.union([
  resultSchema,
  assistantSchema,
  userSchema,
  commandLifecycleSchema,
  rateLimitSchema,
  streamEventSchema,
  initSchema,
  apiRetrySchema,
  permissionDeniedSchema,
  modelFallbackSchema,
  compactBoundarySchema,
]);
export type ClaudeMessage = z.infer<typeof claudeMessageSchema>;

/** Null for lines that Signalbox does not read, whatever they are. */
export function parseMessage(line: unknown): ClaudeMessage | null {
  const parsed = claudeMessageSchema.safeParse(line);
  return parsed.success ? parsed.data : null;
}
