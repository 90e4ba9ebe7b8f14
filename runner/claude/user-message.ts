import type { UUID } from 'node:crypto';
import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';

import type { PromptImage } from './driver.ts';

export type UserMessage = SDKUserMessage & { uuid: UUID };

function isUuid(text: string): text is UUID {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/**
 * A message for the CLI's stdin. The CLI expands `@file` mentions and slash commands in the last block only, so
 * what a stranger wrote must never be the last.
 */
export function userMessage(
  uuid: string,
  texts: readonly string[],
  images: readonly PromptImage[] = [],
): UserMessage {
  if (!isUuid(uuid)) throw new RangeError(`not a UUID: ${uuid}`);
  return {
    type: 'user',
    message: {
      role: 'user',
      content: [
        ...images.map(({ type, data }) => ({
          type: 'image' as const,
          source: { type: 'base64' as const, media_type: type, data },
        })),
        ...texts.map((text) => ({ type: 'text' as const, text })),
      ],
    },
    parent_tool_use_id: null,
    uuid,
  };
}
