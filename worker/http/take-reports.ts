import type { z } from 'zod';
import type { HookReportsAnswer, hookReportsBodySchema } from '../../protocol/hooks.ts';
import { type AccountKey, claudeConversationKey, type SessionId, sessionIdOf } from '../../protocol/ids.ts';
import { workspaceSchema } from '../../protocol/workspace.ts';
import { accountFor } from '../access/account-for.ts';
import { type Caller, mustReach } from '../access/caller.ts';
import type { NewSession } from '../contracts.ts';
import type { HookTaken } from '../session/attached/hook-ask.ts';
import { audited } from './audited.ts';
import { sessionOf } from './durable-objects.ts';
import { invalidProblem, notFoundProblem, refusalProblem } from './problem.ts';
import type { AppContext } from './route.ts';

export type Reported = z.output<typeof hookReportsBodySchema>;

const MAX_TITLE_CHARS = 100;

/**
 * Brings reports of a terminal to their session. That it becomes one of a terminal is a line of the audit log; what is
 * done in the terminal is the session's own log.
 *
 * @throws ProblemError
 */
export async function takeReports(
  c: AppContext,
  caller: Caller,
  reported: Reported,
): Promise<HookReportsAnswer> {
  const { claudeSessionId, host, reports } = reported;
  const { account, id } = await placeOf(c, caller, reported);
  const session = sessionOf(c.env, id);
  const ask = { claudeSessionId, by: caller.person, host, reports };
  let taken: HookTaken = await session.report({ ...ask, attach: null });
  if (taken.status === 'not_attached' && reports.length > 0) {
    const attach = newSession(account, id, reported);
    const target = { kind: 'session', id, name: attach.title };
    taken = await audited(
      c,
      caller,
      { account, action: 'session.attached', target, details: { host } },
      async () => {
        const result: HookTaken = await session.report({ ...ask, attach });
        if (result.status === 'refused') throw refusalProblem(result);
        return result;
      },
    );
  }
  switch (taken.status) {
    case 'ok':
      return { sessionId: taken.sessionId, stored: taken.stored, known: taken.known };
    case 'not_attached':
      return { sessionId: null, stored: 0, known: 0 };
    case 'refused':
      throw refusalProblem(taken);
  }
}

/** The session that was named, or this Claude Code's own. @throws ProblemError where the caller may not write to it */
async function placeOf(
  c: AppContext,
  caller: Caller,
  { account: asked, session, claudeSessionId }: Reported,
): Promise<{ account: AccountKey; id: SessionId }> {
  if (session === undefined) {
    const account = accountFor(c, caller, asked, 'operator');
    return { account, id: sessionIdOf(claudeConversationKey(account, claudeSessionId)) };
  }
  const head = await sessionOf(c.env, session).head();
  if (head === null) throw notFoundProblem(`session ${session}`);
  mustReach(caller, head, 'operator', `session ${session}`);
  return { account: head.account, id: session };
}

function newSession(
  account: AccountKey,
  id: SessionId,
  { claudeSessionId, cwd, reports }: Reported,
): NewSession {
  const workspace = workspaceSchema.safeParse({ type: 'local', path: cwd });
  if (!workspace.success) throw invalidProblem('body', workspace.error);
  const prompt = reports.find(({ fact }) => fact.type === 'prompt')?.fact;
  const firstLine = prompt?.type === 'prompt' ? (prompt.text.trim().split('\n', 1)[0] ?? '') : '';
  return {
    id,
    key: claudeConversationKey(account, claudeSessionId),
    account,
    title: cut(firstLine === '' ? cwd : firstLine),
    source: 'cli',
    workspace: workspace.data,
    thread: null,
    installationId: null,
  };
}

function cut(text: string): string {
  return text.length > MAX_TITLE_CHARS ? `${text.slice(0, MAX_TITLE_CHARS - 1)}…` : text;
}
