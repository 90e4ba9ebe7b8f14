import { z } from 'zod';

/** The parts of the Messages API's request that the endpoint reads or checks. Unknown keys are allowed. */
const textBlockSchema = z.looseObject({ type: z.literal('text'), text: z.string() });
const toolUseSchema = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[\w-]+$/),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
});
const toolResultSchema = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
  is_error: z.boolean().nullish(),
});
const otherBlockSchema = z.looseObject({
  type: z.string().refine((type) => !['text', 'tool_use', 'tool_result'].includes(type)),
});
const blockSchema = z.union([textBlockSchema, toolUseSchema, toolResultSchema, otherBlockSchema]);

const messageSchema = z.object({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(blockSchema)]),
});
export type Message = z.infer<typeof messageSchema>;
export type MessageBlock = z.infer<typeof blockSchema>;

const baseSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(messageSchema).min(1),
  system: z.union([z.string(), z.array(textBlockSchema)]).optional(),
  tools: z.array(z.looseObject({ name: z.string().min(1) })).optional(),
});

export const messagesRequestSchema = baseSchema.extend({
  max_tokens: z.int().min(1),
  stream: z.boolean().optional(),
});
export type MessagesRequest = z.infer<typeof messagesRequestSchema>;

/** `count_tokens` takes the same body without an answer's length. */
export const countTokensRequestSchema = baseSchema;

export function blocksOf(message: Message): MessageBlock[] {
  return typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
}

export function isText(block: MessageBlock): block is z.infer<typeof textBlockSchema> {
  return block.type === 'text';
}
export function isToolUse(block: MessageBlock): block is z.infer<typeof toolUseSchema> {
  return block.type === 'tool_use';
}
export function isToolResult(block: MessageBlock): block is z.infer<typeof toolResultSchema> {
  return block.type === 'tool_result';
}
