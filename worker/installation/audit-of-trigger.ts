import type { AuditEnd, AuditIntent } from '../account/audit/audit-chain.ts';
import type { Trigger } from '../github/read-payload.ts';
import type { Deed } from '../github/trigger-deps.ts';

/** What somebody asked for on GitHub as a line of the audit log; the same however often its delivery is handled. */
export function auditOf(
  trigger: Pick<Trigger, 'triggerId' | 'author' | 'thread' | 'title'>,
  deed: Deed,
  nowMs: number,
): [AuditIntent, AuditEnd] {
  const { triggerId, author, thread, title } = trigger;
  const { action, taskId, sessionId, refused } = deed;
  const target =
    taskId === null
      ? { kind: 'session', id: sessionId, name: title }
      : { kind: 'task', id: taskId, name: title };
  return [
    {
      id: `mention:${triggerId}`,
      at: nowMs,
      actor: { kind: 'github', id: `github:${author.id}`, name: author.login },
      action,
      target,
      address: null,
      userAgent: null,
      details: { url: thread.url, trigger: triggerId },
    },
    refused === null ? { outcome: 'done', problem: null } : { outcome: 'refused', problem: refused },
  ];
}
