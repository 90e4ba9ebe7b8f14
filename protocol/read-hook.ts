import { cutToBytes } from './cut-text.ts';
import type { CutText } from './events.ts';
import type { HookFact, HookInput, HookReport } from './hooks.ts';
import { MAX_MESSAGE_CHARS, MAX_TOOL_TEXT_BYTES } from './limits.ts';

/** When a hook ran, and a name for it where its own fields give none. */
export type HookMark = { at: number; id: string };

const MAX_SENTENCE_CHARS = 1_000;

/**
 * What a hook's input says in our words; null when it says nothing that is shown. Redact the input before: texts are
 * cut here, and half a secret is not found any more.
 */
export function readHook(input: HookInput, { at, id }: HookMark): HookReport | null {
  const read = factOf(input, id);
  if (read === null) return null;
  const { key, fact } = read;
  const { prompt_id: promptId = null, agent_id: agentId = null } = input;
  return { key: `${input.session_id}:${key}`.slice(0, 500), at, promptId, agentId, fact };
}

/** Every hook event that tells something; the others need no hook. */
export const REPORTED_HOOKS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'MessageDisplay',
  'Notification',
  'Stop',
  'StopFailure',
  'SessionEnd',
] as const;

function factOf(input: HookInput, id: string): { key: string; fact: HookFact } | null {
  const { hook_event_name: event } = input;
  const once = `${event}:${id}`;
  switch (event) {
    case 'SessionStart':
      return {
        key: once,
        fact: { type: 'started', how: input.source ?? 'startup', model: input.model?.slice(0, 200) ?? null },
      };
    case 'UserPromptSubmit':
      return {
        key: `prompt:${input.prompt_id ?? id}`,
        fact: { type: 'prompt', text: cutChars(input.prompt ?? '', MAX_MESSAGE_CHARS) },
      };
    case 'PreToolUse':
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return toolFact(input);
    case 'MessageDisplay':
      return saidFact(input);
    case 'Notification':
      return input.message === undefined
        ? null
        : { key: once, fact: { type: 'noticed', text: sentence(input.message) } };
    case 'Stop':
    case 'StopFailure':
      return { key: once, fact: turnEnd(input) };
    case 'SessionEnd':
      return { key: once, fact: { type: 'ended', reason: sentence(input.reason ?? 'other') } };
    default:
      return null;
  }
}

/** A tool is used once and completed once, however often its hooks report it. */
function toolFact(input: HookInput): { key: string; fact: HookFact } | null {
  const { tool_use_id: toolUseId, tool_name: name, hook_event_name: event } = input;
  if (toolUseId === undefined || name === undefined) return null;
  const tool = { toolUseId, name, input: cut(asText(input.tool_input ?? {})) };
  if (event === 'PreToolUse') return { key: `use:${toolUseId}`, fact: { type: 'tool_used', ...tool } };
  const isError = event === 'PostToolUseFailure';
  const output = cut(isError ? (input.error ?? 'It failed.') : outputText(input.tool_response));
  const durationMs = input.duration_ms ?? null;
  const fact: HookFact = { type: 'tool_completed', ...tool, isError, output, durationMs };
  return { key: `result:${toolUseId}`, fact };
}

function saidFact(input: HookInput): { key: string; fact: HookFact } | null {
  const { message_id: messageId, index = 0, final = true, delta = '' } = input;
  if (messageId === undefined) return null;
  const fact: HookFact = { type: 'said', messageId, index, text: cut(delta), final };
  return { key: `said:${messageId}:${index}`, fact };
}

function turnEnd(input: HookInput): HookFact {
  const isError = input.hook_event_name === 'StopFailure';
  return {
    type: 'turn_ended',
    isError,
    reason: isError ? sentence(input.error ?? 'unknown') : null,
    text: cut(input.last_assistant_message ?? ''),
  };
}

/** What a person would look at: the text of a command's output, else the answer as JSON. */
function outputText(response: unknown): string {
  if (typeof response !== 'object' || response === null) return asText(response ?? '');
  const { stdout, stderr, content } = fieldsOf(response);
  if (typeof stdout === 'string') {
    return [stdout, typeof stderr === 'string' ? stderr : ''].filter((part) => part !== '').join('\n');
  }
  return typeof content === 'string' ? content : asText(response);
}

function fieldsOf(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function cut(text: string): CutText {
  return cutToBytes(text, MAX_TOOL_TEXT_BYTES);
}

function sentence(text: string): string {
  return cutChars(text, MAX_SENTENCE_CHARS);
}

/** Ends with an ellipsis where something was cut off; never half a character. */
function cutChars(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text
    .slice(0, max - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
}
