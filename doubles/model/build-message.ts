import { createHash } from 'node:crypto';
import type { AnswerStep, Block, StepUsage } from './script.ts';

/** Rule of thumb for English text and JSON. */
const CHARS_PER_TOKEN = 4;

type ContentBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> };

export type ApiUsage = {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
};

export type ApiMessage = {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: ContentBlock[];
  stop_reason: string;
  stop_sequence: null;
  usage: ApiUsage;
};

/** `key` is the same for a retry of the same request and unique in a conversation. `length`s are characters. */
export type MessageInput = { key: string; model: string; requestChars: number; newestChars: number };

function idOf(prefix: string, ...parts: (string | number)[]): string {
  return `${prefix}_${createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 22)}`;
}

function contentBlock(block: Block, key: string, index: number): ContentBlock {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'thinking':
      return { type: 'thinking', thinking: block.text, signature: idOf('sig', key, index) };
    case 'tool':
      return { type: 'tool_use', id: idOf('toolu', key, index), name: block.name, input: block.input };
  }
}

function tokens(chars: number): number {
  return Math.max(1, Math.round(chars / CHARS_PER_TOKEN));
}

function estimateUsage(step: AnswerStep, input: MessageInput): StepUsage {
  return {
    inputTokens: tokens(input.newestChars),
    cacheReadTokens: tokens(Math.max(0, input.requestChars - input.newestChars)),
    outputTokens: tokens(JSON.stringify(step.blocks).length),
  };
}

/** The answer as the API gives it in one piece. */
export function buildMessage(step: AnswerStep, input: MessageInput): ApiMessage {
  const usage = step.usage ?? estimateUsage(step, input);
  return {
    id: idOf('msg', input.key),
    type: 'message',
    role: 'assistant',
    model: input.model,
    content: step.blocks.map((block, index) => contentBlock(block, input.key, index)),
    stop_reason:
      step.stopReason ?? (step.blocks.some((block) => block.type === 'tool') ? 'tool_use' : 'end_turn'),
    stop_sequence: null,
    usage: {
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      cache_creation_input_tokens: usage.cacheWriteTokens ?? 0,
      cache_read_input_tokens: usage.cacheReadTokens ?? 0,
    },
  };
}
