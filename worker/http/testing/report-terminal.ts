import { exports } from 'cloudflare:workers';
import { eventPageSchema, sessionAnswerSchema } from '../../../protocol/http.ts';
import { claudeConversationKey, sessionIdOf } from '../../../protocol/ids.ts';
import { TEST_ADMIN_KEY } from '../../test-settings.ts';

const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'content-type': 'application/json' };

export const call = (path: string, init?: RequestInit) =>
  exports.default.fetch(`http://localhost:8787${path}`, { headers: ADMIN, ...init });
export const post = (path: string, body: unknown) =>
  call(path, { method: 'POST', body: JSON.stringify(body) });

/** @param first the number of an account that, with those after it, is one file's alone: all tests share one record */
export function accountsFrom(first: number): () => string {
  let next = first;
  return () => {
    next += 1;
    return `github:${next}`;
  };
}

/** A Claude Code in a terminal, as its HTTP hooks speak. */
export function openTerminal(account: string, query = '') {
  const id = crypto.randomUUID();
  const cwd = '/home/mona/shop';
  const input = (event: string, fields = {}) => ({ session_id: id, cwd, hook_event_name: event, ...fields });
  const tool = (event: string, toolUseId: string, fields = {}) =>
    input(event, {
      prompt_id: 'p1',
      tool_name: 'Bash',
      tool_use_id: toolUseId,
      tool_input: { command: 'npm test' },
      ...fields,
    });
  return {
    account,
    id,
    cwd,
    sessionId: sessionIdOf(claudeConversationKey(account, id)),
    input,
    tool,
    hook: (body: unknown, path = 'events') => post(`/api/hooks/${path}?account=${account}${query}`, body),
  };
}

export async function sessionOf(id: string) {
  return sessionAnswerSchema.parse(await (await call(`/api/sessions/${id}`)).json());
}

export async function eventsOf(id: string) {
  const page = eventPageSchema.parse(await (await call(`/api/sessions/${id}/events`)).json());
  return page.events.map(({ event }) => event);
}
