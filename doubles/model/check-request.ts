import type { IncomingHttpHeaders } from 'node:http';
import type { Message } from './messages-schema.ts';
import { blocksOf, isToolResult, isToolUse } from './messages-schema.ts';

/** What the published API demands of every request's headers. */
export function checkHeaders(headers: IncomingHttpHeaders): string[] {
  const violations: string[] = [];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(String(headers['anthropic-version'] ?? ''))) {
    violations.push('anthropic-version: header is missing or not a date');
  }
  if (!String(headers['content-type'] ?? '').startsWith('application/json')) {
    violations.push('content-type: must be application/json');
  }
  const bearer = /^Bearer \S+$/.test(headers.authorization ?? '');
  if (!headers['x-api-key'] && !bearer) violations.push('x-api-key: no key and no bearer token');
  return violations;
}

/** The rules between messages: who starts, and that each tool use is answered exactly once, right after it. */
export function checkMessages(messages: readonly Message[]): string[] {
  const violations: string[] = [];
  const turns = messages.filter((message) => message.role !== 'system');
  if (turns[0]?.role !== 'user') violations.push('messages.0: the first message must be a user message');
  const seen = new Set<string>();
  turns.forEach((message, index) => {
    if (message.role !== 'assistant') return;
    const uses = blocksOf(message).filter(isToolUse);
    for (const use of uses) {
      if (seen.has(use.id)) violations.push(`messages.${index}: tool_use id ${use.id} is not unique`);
      seen.add(use.id);
    }
    const next = turns[index + 1];
    if (uses.length === 0 || next?.role === 'assistant') return;
    const answered = next === undefined ? [] : blocksOf(next).filter(isToolResult);
    for (const use of uses) {
      const count = answered.filter((result) => result.tool_use_id === use.id).length;
      if (count !== 1) violations.push(`messages.${index}: tool_use ${use.id} has ${count} results after it`);
    }
  });
  for (const message of turns) {
    for (const result of blocksOf(message).filter(isToolResult)) {
      if (!seen.has(result.tool_use_id)) {
        violations.push(`tool_result for ${result.tool_use_id}: no such tool_use before it`);
      }
    }
  }
  return violations;
}
