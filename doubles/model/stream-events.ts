import type { ApiMessage } from './build-message.ts';

export type StreamEvent = { type: string } & Record<string, unknown>;

function chunks(whole: string, chunkChars: number): string[] {
  if (whole === '') return [''];
  const parts: string[] = [];
  for (let at = 0; at < whole.length; at += chunkChars) parts.push(whole.slice(at, at + chunkChars));
  return parts;
}

function blockEvents(block: ApiMessage['content'][number], index: number, chunkChars: number): StreamEvent[] {
  const delta = (payload: Record<string, unknown>) => ({
    type: 'content_block_delta',
    index,
    delta: payload,
  });
  const start = (content_block: Record<string, unknown>) => ({
    type: 'content_block_start',
    index,
    content_block,
  });
  const stop = { type: 'content_block_stop', index };
  switch (block.type) {
    case 'text':
      return [
        start({ type: 'text', text: '' }),
        ...chunks(block.text, chunkChars).map((part) => delta({ type: 'text_delta', text: part })),
        stop,
      ];
    case 'thinking':
      return [
        start({ type: 'thinking', thinking: '', signature: '' }),
        ...chunks(block.thinking, chunkChars).map((part) =>
          delta({ type: 'thinking_delta', thinking: part }),
        ),
        delta({ type: 'signature_delta', signature: block.signature }),
        stop,
      ];
    case 'tool_use':
      return [
        start({ type: 'tool_use', id: block.id, name: block.name, input: {} }),
        ...chunks(JSON.stringify(block.input), chunkChars).map((part) =>
          delta({ type: 'input_json_delta', partial_json: part }),
        ),
        stop,
      ];
  }
}

/** A message as the server-sent events of the Messages API, in order. */
export function streamEvents(message: ApiMessage, chunkChars: number): StreamEvent[] {
  const { content, usage, stop_reason, ...rest } = message;
  return [
    {
      type: 'message_start',
      message: { ...rest, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    },
    ...content.flatMap((block, index) => blockEvents(block, index, chunkChars)),
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: usage.output_tokens },
    },
    { type: 'message_stop' },
  ];
}

/** One server-sent event on the wire. */
export function formatEvent(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
