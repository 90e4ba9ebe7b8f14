import { cleanDeep } from '../../redact/clean-deep.ts';
import type { ClaudeMessage, ContentBlock } from './message-schema.ts';

/** Takes the secrets out of the next text of a stream; one that began in the text before is known by its end. */
export type CleanText = (stream: string, text: string) => string;

/** A line of the CLI without secrets. Before anything is cut or split: half a secret is not known for one. */
export function cleanMessage(message: ClaudeMessage, clean: CleanText): ClaudeMessage {
  switch (message.type) {
    case 'assistant': {
      const parent = message.parent_tool_use_id ?? '';
      const content = message.message.content.map((block) => cleanBlock(block, parent, clean));
      return { ...message, message: { ...message.message, content } };
    }
    case 'user': {
      const { content } = message.message;
      if (typeof content === 'string') return message;
      const parent = message.parent_tool_use_id ?? '';
      return {
        ...message,
        message: { ...message.message, content: content.map((block) => cleanBlock(block, parent, clean)) },
      };
    }
    case 'result': {
      const { result, errors, structured_output: answer } = message;
      return {
        ...message,
        ...(result === undefined ? {} : { result: clean('result', result) }),
        errors: errors.map((error) => clean('error', error)),
        ...(answer === undefined
          ? {}
          : { structured_output: cleanDeep(answer, (text) => clean('answer', text)) }),
      };
    }
    case 'system':
      if (message.subtype !== 'permission_denied') return message;
      return { ...message, message: clean('denied', message.message) };
    case 'command_lifecycle':
    case 'rate_limit_event':
    case 'stream_event':
      return message;
  }
}

function cleanBlock(block: ContentBlock, parent: string, clean: CleanText): ContentBlock {
  switch (block.type) {
    case 'text':
      return { ...block, text: clean(`text ${parent}`, block.text) };
    case 'thinking':
      return { ...block, thinking: clean(`thinking ${parent}`, block.thinking) };
    case 'tool_use':
      return { ...block, input: cleanDeep(block.input, (text) => clean(`input ${parent}`, text)) };
    case 'tool_result':
      return { ...block, content: cleanDeep(block.content, (text) => clean(`output ${parent}`, text)) };
    case 'other':
      return block;
  }
}
