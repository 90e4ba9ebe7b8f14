import { z } from 'zod';
import {
  HOOK_SESSION_HEADER,
  type HookInput,
  hookInputSchema,
  hookQuerySchema,
  hookReportsAnswerSchema,
  hookReportsBodySchema,
  MAX_HOOK_BODY_BYTES,
  toolCompleteInputSchema,
} from '../../protocol/hooks.ts';
import { readHook } from '../../protocol/read-hook.ts';
import { cleanDeep } from '../../redact/clean-deep.ts';
import { redactText } from '../../redact/redact-text.ts';
import type { Caller } from '../access/caller.ts';
import {
  PROMPT_EXAMPLE,
  REPORTS_ANSWER_EXAMPLE,
  REPORTS_EXAMPLE,
  TOOL_COMPLETE_EXAMPLE,
} from './hook-examples.ts';
import { type AppContext, type Route, userRoute } from './route.ts';
import { type Reported, takeReports } from './take-reports.ts';

/** A tool's whole answer comes as it is; larger ones are for `signalbox-runner attach`, which cuts them before. */
const MAX_INPUT_BYTES = 2_000_000;

const BY_CLAUDE_CODE = `Takes what Claude Code sends to a hook of the type "http". The answer has nothing to decide, so
that it never holds Claude up. What looks like a secret is blanked out here before it is stored; to have that done before it leaves the
machine, use "signalbox-runner attach". The session is made with the first report; its id is in the answer's header ${HOOK_SESSION_HEADER}.`;

const PROBLEMS = ['not_found', 'not_allowed', 'account_needed'] as const;

/** An empty object tells Claude Code to go on. */
const goOn = { 200: { description: 'Stored; Claude goes on', schema: z.object({}), example: {} } };

export const hookRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/hooks/tool-complete',
    needs: 'operator',
    maxBodyBytes: MAX_INPUT_BYTES,
    operation: {
      id: 'reportToolComplete',
      tag: 'Hooks',
      summary: 'A tool of a Claude Code in a terminal is done',
      description: `For the hooks PostToolUse and PostToolUseFailure. ${BY_CLAUDE_CODE}`,
      query: hookQuerySchema,
      body: toolCompleteInputSchema,
      bodyExample: TOOL_COMPLETE_EXAMPLE,
      answers: goOn,
      problems: PROBLEMS,
    },
    handle: (c, caller, { query, body }) => takeInput(c, caller, query, body),
  }),
  userRoute({
    method: 'POST',
    path: '/api/hooks/events',
    needs: 'operator',
    maxBodyBytes: MAX_INPUT_BYTES,
    operation: {
      id: 'reportHookEvent',
      tag: 'Hooks',
      summary: 'Any hook of a Claude Code in a terminal',
      description: `For every hook event; those that say nothing to show are answered alike. ${BY_CLAUDE_CODE}`,
      query: hookQuerySchema,
      body: hookInputSchema,
      bodyExample: PROMPT_EXAMPLE,
      answers: goOn,
      problems: PROBLEMS,
    },
    handle: (c, caller, { query, body }) => takeInput(c, caller, query, body),
  }),
  userRoute({
    method: 'POST',
    path: '/api/hooks/reports',
    needs: 'operator',
    maxBodyBytes: MAX_HOOK_BODY_BYTES,
    operation: {
      id: 'sendHookReports',
      tag: 'Hooks',
      summary: 'Reports that were kept on the machine of a terminal',
      description:
        'What "signalbox-runner attach" sends: cleaned of secrets and cut there, in order, and again when no answer came; copies are known by their key.',
      body: hookReportsBodySchema,
      bodyExample: REPORTS_EXAMPLE,
      answers: {
        200: {
          description: 'Stored, or known already',
          schema: hookReportsAnswerSchema,
          example: REPORTS_ANSWER_EXAMPLE,
        },
      },
      problems: PROBLEMS,
    },
    handle: async (c, caller, { body }) => c.json(await takeReports(c, caller, body)),
  }),
];

async function takeInput(
  c: AppContext,
  caller: Caller,
  place: Pick<Reported, 'account' | 'session'>,
  input: HookInput,
): Promise<Response> {
  const clean = cleanDeep(input, redactText);
  const report = readHook(clean, { at: Date.now(), id: crypto.randomUUID() });
  const { sessionId } = await takeReports(c, caller, {
    ...place,
    claudeSessionId: input.session_id,
    cwd: input.cwd,
    host: null,
    reports: report === null ? [] : [report],
  });
  if (sessionId !== null) c.header(HOOK_SESSION_HEADER, sessionId);
  return c.json({});
}
