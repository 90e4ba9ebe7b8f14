import { waitUntil } from 'cloudflare:workers';
import type { AuditActor, AuditTarget } from '../../protocol/audit.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { Caller } from '../access/caller.ts';
import { clientAddress } from '../access/client-address.ts';
import { accountOf } from '../account/account-of.ts';
import type { AuditEnd } from '../account/audit/audit-chain.ts';
import { createLogger } from '../logger.ts';
import { ProblemError } from './problem.ts';
import type { AppContext } from './route.ts';

export type AuditedAct = {
  account: AccountKey;
  /** `<thing>.<past participle>`, such as `task.cancelled`. */
  action: string;
  target: AuditTarget;
  details?: Record<string, unknown>;
};

const MAX_USER_AGENT_CHARS = 200;

/**
 * Does something that belongs into the audit log. That it is about to be done is stored beside doing it, so that
 * nothing that was done is missing there; what became of it follows without anybody waiting for it.
 *
 * Call it when the caller's right to do it is clear: the log is no place to write into for those who have none.
 */
export async function audited<T>(
  c: AppContext,
  caller: Caller,
  { account, action, target, details = {} }: AuditedAct,
  act: () => Promise<T>,
): Promise<T> {
  const { audit } = accountOf(c.env, account);
  const id = crypto.randomUUID();
  const intent = {
    id,
    at: Date.now(),
    actor: actorOf(caller),
    action,
    target,
    address: clientAddress(c.req.raw),
    userAgent: c.req.header('user-agent')?.slice(0, MAX_USER_AGENT_CHARS) ?? null,
    details,
  };
  const begun = insist(() => audit.begin(intent));
  const finish = (end: AuditEnd) =>
    waitUntil(
      begun
        .then(() => insist(() => audit.finish(id, end)))
        .catch((error) => logger.error('audit.unfinished', { action, error })),
    );
  const [stored, done] = await Promise.allSettled([begun, act()]);
  finish(done.status === 'fulfilled' ? DONE : endOf(done.reason));
  if (done.status === 'rejected') throw done.reason;
  if (stored.status === 'rejected') throw stored.reason;
  return done.value;
}

/**
 * Notes something that was done by somebody who is no caller of the API: a machine with a token, whoever has a link.
 * The answer waits for it: what can't be noted is not given.
 */
export async function noted(
  c: AppContext,
  { account, actor, action, target, details = {} }: AuditedAct & { actor: AuditActor },
): Promise<void> {
  const intent = {
    id: crypto.randomUUID(),
    at: Date.now(),
    actor,
    action,
    target,
    address: clientAddress(c.req.raw),
    userAgent: c.req.header('user-agent')?.slice(0, MAX_USER_AGENT_CHARS) ?? null,
    details,
  };
  await insist(() => accountOf(c.env, account).audit.add(intent));
}

/** An object that is moved or updated is away for a moment; the log takes copies of the same news for one. */
const AGAIN_AFTER_MS = [50, 400];

async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (const delayMs of AGAIN_AFTER_MS) {
    try {
      return await ask();
    } catch {
      await scheduler.wait(delayMs * (0.5 + Math.random()));
    }
  }
  return ask();
}

/** Who a caller is, as the audit log names him. */
export function actorOf({ person, proof }: Caller): AuditActor {
  const name = person.login;
  switch (proof.kind) {
    case 'admin_key':
      return { kind: 'admin_key', id: null, name };
    case 'browser':
      return { kind: 'browser', id: person.id === null ? null : `github:${person.id}`, name };
    case 'metrics_token':
      return { kind: 'api_key', id: null, name };
    case 'api_key':
      return { kind: 'api_key', id: proof.id, name: proof.name };
  }
}

const DONE: AuditEnd = { outcome: 'done', problem: null };

function endOf(error: unknown): AuditEnd {
  if (!(error instanceof ProblemError)) return { outcome: 'failed', problem: null };
  const { status, code } = error.problem;
  return { outcome: status < 500 ? 'refused' : 'failed', problem: code };
}

const logger = createLogger({ part: 'audit' });
