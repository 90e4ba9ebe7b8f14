import { createInterface } from 'node:readline';

/** What the tiny executables beside this file share: the part of the stream-json protocol that starts a turn. */

export function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export const INIT = {
  type: 'system',
  subtype: 'init',
  session_id: 'stand-in',
  model: 'claude-stand-in',
  claude_code_version: '2.1.329',
  tools: [],
  mcp_servers: [],
  uuid: 'u-init',
};

export function answer(text) {
  return {
    type: 'assistant',
    message: {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'claude-stand-in',
      content: [{ type: 'text', text }],
    },
    parent_tool_use_id: null,
    session_id: 'stand-in',
    uuid: 'u-answer',
  };
}

export const END_OF_ANSWER = {
  type: 'stream_event',
  event: { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
  parent_tool_use_id: null,
  session_id: 'stand-in',
  uuid: 'u-delta',
};

export function result(text) {
  return {
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: text,
    terminal_reason: 'completed',
    num_turns: 1,
    duration_ms: 1,
    total_cost_usd: 0,
    usage: {},
    modelUsage: {},
    permission_denials: [],
    session_id: 'stand-in',
    uuid: 'u-result',
  };
}

/** Answers the handshake and interrupts, and calls `onPrompt` for each user message. Ends with its input. */
export function serve(onPrompt, { interrupts = true, staysAfterInput = false } = {}) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const message = JSON.parse(line);
    if (message.type === 'control_request') {
      if (message.request.subtype === 'interrupt' && !interrupts) return;
      const response = { subtype: 'success', request_id: message.request_id, response: { commands: [] } };
      print({ type: 'control_response', response });
    }
    if (message.type === 'user') onPrompt(message);
  });
  lines.on('close', () => {
    if (!staysAfterInput) process.exit(0);
  });
}
