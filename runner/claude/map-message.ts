import type { CutText, RunnerEvent } from '../../protocol/events.ts';
import { MAX_STRUCTURED_OUTPUT_CHARS } from '../../protocol/limits.ts';
import type { Usage } from '../../protocol/usage.ts';
import { cutText, splitText } from './cut-text.ts';
import type { ClaudeMessage, ContentBlock, ResultMessage } from './message-schema.ts';
import { mainModel, turnUsage } from './turn-usage.ts';

/** The CLI's own words, such as an API error, come as answers of this model. */
const SYNTHETIC_MODEL = '<synthetic>';

/** Names and ids beyond this are not the CLI's; the schema of events holds them to it too. */
const MAX_NAME_CHARS = 200;

/** A notice's schema allows 4,000 characters. */
const MAX_NOTICE_CHARS = 4_000;

/** What has to be remembered from line to line. `openTools` are tool uses without a result, by id. */
export type MapState = { openTools: ReadonlyMap<string, OpenTool>; seenTotal: Usage | null };
type OpenTool = { name: string; startedAt: number };

export const FIRST_MAP_STATE: MapState = { openTools: new Map(), seenTotal: null };

export type Mapped = { state: MapState; events: RunnerEvent[] };

/** Keeps the whole of a text that is cut here. @returns where; null when it can't be kept. */
export type KeepWhole = (text: string, side: 'input' | 'output') => string | null;

function cutAndKeep(text: string, side: 'input' | 'output', keep: KeepWhole): CutText {
  const cut = cutText(text);
  const kept = cut.cut ? keep(text, side) : null;
  return kept === null ? cut : { ...cut, kept };
}

function mapAnswerBlock(block: ContentBlock, parent: string | null, keep: KeepWhole): RunnerEvent[] {
  switch (block.type) {
    case 'text':
      return block.text === ''
        ? []
        : splitText(block.text).map((text) => ({ type: 'claude.text', text, parent }));
    case 'thinking':
      return block.thinking === ''
        ? []
        : splitText(block.thinking).map((text) => ({ type: 'claude.thinking', text, parent }));
    case 'tool_use':
      return [
        {
          type: 'claude.tool_use',
          toolUseId: block.id.slice(0, MAX_NAME_CHARS),
          name: block.name.slice(0, MAX_NAME_CHARS),
          input: cutAndKeep(JSON.stringify(block.input) ?? 'null', 'input', keep),
          parent,
        },
      ];
    default:
      return [];
  }
}

type ToolResult = Extract<ContentBlock, { type: 'tool_result' }>;

function resultText(content: ToolResult['content']): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return content;
  return content
    .map((part) => (part.type === 'text' && typeof part.text === 'string' ? part.text : `[${part.type}]`))
    .join('\n');
}

function mapToolResult(
  block: ToolResult,
  open: OpenTool | undefined,
  nowMs: number,
  parent: string | null,
  keep: KeepWhole,
): RunnerEvent {
  return {
    type: 'claude.tool_result',
    toolUseId: block.tool_use_id.slice(0, MAX_NAME_CHARS),
    ...(open === undefined ? {} : { name: open.name.slice(0, MAX_NAME_CHARS) }),
    isError: block.is_error === true,
    output: cutAndKeep(resultText(block.content), 'output', keep),
    durationMs: open === undefined ? null : Math.max(0, nowMs - open.startedAt),
    parent,
  };
}

function mapResult(result: ResultMessage, usage: Usage): RunnerEvent {
  return {
    type: 'claude.turn_ended',
    isError: result.is_error,
    terminalReason: result.terminal_reason ?? null,
    text: cutText(result.result ?? result.errors.join('\n')),
    turns: Math.max(0, Math.round(result.num_turns)),
    durationMs: Math.max(0, result.duration_ms),
    usage,
    model: mainModel(result),
    ...answerOf(result),
  };
}

/** What is too long for an event is left out whole: half a JSON text is of no use to anybody. */
function answerOf({ structured_output: answer }: ResultMessage): { structuredOutput?: string } {
  const text = answer === undefined ? '' : JSON.stringify(answer);
  return text === '' || text.length > MAX_STRUCTURED_OUTPUT_CHARS ? {} : { structuredOutput: text };
}

function mapAssistant(
  message: Extract<ClaudeMessage, { type: 'assistant' }>,
  state: MapState,
  nowMs: number,
  keep: KeepWhole,
): Mapped {
  const { model, content } = message.message;
  if (model === SYNTHETIC_MODEL) {
    if (!message.error) return { state, events: [] };
    const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
    return { state, events: [{ type: 'notice', level: 'error', text: text.slice(0, MAX_NOTICE_CHARS) }] };
  }
  const parent = message.parent_tool_use_id ?? null;
  const openTools = new Map(state.openTools);
  for (const block of content) {
    if (block.type === 'tool_use') openTools.set(block.id, { name: block.name, startedAt: nowMs });
  }
  return {
    state: { ...state, openTools },
    events: content.flatMap((block) => mapAnswerBlock(block, parent, keep)),
  };
}

function mapUser(
  message: Extract<ClaudeMessage, { type: 'user' }>,
  state: MapState,
  nowMs: number,
  keep: KeepWhole,
): Mapped {
  const { content } = message.message;
  if (typeof content === 'string') return { state, events: [] };
  const parent = message.parent_tool_use_id ?? null;
  const openTools = new Map(state.openTools);
  const events: RunnerEvent[] = [];
  for (const block of content) {
    if (block.type !== 'tool_result') continue;
    events.push(mapToolResult(block, openTools.get(block.tool_use_id), nowMs, parent, keep));
    openTools.delete(block.tool_use_id);
  }
  return { state: { ...state, openTools }, events };
}

/**
 * Turns one line of the CLI into events. Pure: `nowMs` is when the line arrived. `claude.started` is not made
 * here, since it needs the job's times, and neither is what the driver itself does.
 */
export function mapMessage(message: ClaudeMessage, state: MapState, nowMs: number, keep: KeepWhole): Mapped {
  switch (message.type) {
    case 'assistant':
      return mapAssistant(message, state, nowMs, keep);
    case 'user':
      return mapUser(message, state, nowMs, keep);
    case 'result': {
      const { turn, total } = turnUsage(message, state.seenTotal);
      return { state: { openTools: new Map(), seenTotal: total }, events: [mapResult(message, turn)] };
    }
    case 'system':
      return { state, events: mapSystem(message) };
    case 'command_lifecycle':
    case 'rate_limit_event':
    case 'stream_event':
      return { state, events: [] };
  }
}

function mapSystem(message: Extract<ClaudeMessage, { type: 'system' }>): RunnerEvent[] {
  switch (message.subtype) {
    case 'api_retry':
      return [
        {
          type: 'claude.api_retry',
          attempt: message.attempt,
          maxAttempts: message.max_retries,
          status: message.error_status ?? null,
          delayMs: message.retry_delay_ms,
        },
      ];
    case 'permission_denied':
      return [
        {
          type: 'claude.permission_denied',
          toolUseId: message.tool_use_id,
          name: message.tool_name,
          message: cutText(message.message).text,
        },
      ];
    case 'model_fallback':
      return [
        {
          type: 'notice',
          level: 'warning',
          text: `${message.original_model} is overloaded; ${message.fallback_model} takes over.`,
        },
      ];
    case 'compact_boundary':
      return [
        { type: 'notice', level: 'info', text: 'The conversation was long; Claude Code condensed it.' },
      ];
    case 'init':
      return [];
  }
}
