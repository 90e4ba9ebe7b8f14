import { z } from 'zod';
import {
  type AuditEntry,
  type AuditVerdict,
  auditEntrySchema,
  auditOutcomeSchema,
  auditPageSchema,
  auditVerdictSchema,
  EMPTY_AUDIT_HEAD,
  FIRST_AUDIT_HASH,
} from '../../protocol/audit.ts';
import { accountKeySchema } from '../../protocol/ids.ts';
import { momentRangeParameters } from '../../protocol/moments.ts';
import { accountFor } from '../access/account-for.ts';
import { accountOf } from '../account/account-of.ts';
import { verifyAccount } from '../audit/verify-account.ts';
import { listAudit, readAuditLines } from '../record/list-audit.ts';
import { countParameter, cursorParameter } from './read-input.ts';
import { readRecord } from './read-record.ts';
import { type Route, userRoute } from './route.ts';

const listQuerySchema = z.object({
  account: accountKeySchema.optional(),
  /** Such as `task.cancelled`. */
  action: auditEntrySchema.shape.action.optional(),
  /** The name of who did it: a GitHub login, the name of a key. */
  actor: z.string().min(1).max(200).optional(),
  /** The id of what it was done to. */
  target: z.string().min(1).max(300).optional(),
  outcome: auditOutcomeSchema.optional(),
  ...momentRangeParameters,
  cursor: cursorParameter,
  limit: countParameter(1, 200, 50),
});

const verifyQuerySchema = z
  .object({
    account: accountKeySchema.optional(),
    after: countParameter(0, Number.MAX_SAFE_INTEGER, 0),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  })
  .refine(({ after, hash }) => after === 0 || hash !== undefined, {
    path: ['hash'],
    error: 'is needed with "after": the hash of that line',
  });

const EXAMPLE: AuditEntry = {
  account: 'github:583231',
  number: 1,
  at: 1_780_000_000_000,
  actor: { kind: 'browser', id: 'github:583231', name: 'octocat' },
  action: 'task.cancelled',
  target: { kind: 'task', id: '0f8f6d5e-3c0f-4a58-9d0e-3a1f3f3c2b1a.1', name: 'Mend the login form' },
  outcome: 'done',
  problem: null,
  address: '192.0.2.1',
  userAgent: 'Mozilla/5.0',
  details: { reason: 'wrong branch' },
  previousHash: FIRST_AUDIT_HASH,
  hash: 'a5'.repeat(32),
};

const EXAMPLE_VERDICT: AuditVerdict = {
  account: EXAMPLE.account,
  status: 'intact',
  from: EMPTY_AUDIT_HEAD,
  to: { number: 1, hash: EXAMPLE.hash },
  head: { number: 1, hash: EXAMPLE.hash },
  more: false,
  fault: null,
};

/** Who did what, and whether the log of it is still what it was. GET /api/exports/audit gives it whole. */
export const auditRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/audit',
    needs: 'admin',
    operation: {
      id: 'listAudit',
      tag: 'Audit',
      summary: "List an account's audit log, the latest first",
      query: listQuerySchema,
      answers: {
        200: {
          description: 'A page of lines',
          schema: auditPageSchema,
          example: { items: [EXAMPLE], next: null },
        },
      },
      problems: ['account_needed', 'not_found', 'record_unavailable'],
    },
    handle: async (c, caller, { query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const { action = null, actor = null, target = null, outcome = null, from = null, to = null } = query;
      const { cursor, limit } = query;
      const asked = { account, action, actor, target, outcome, from, to, cursor, limit };
      return c.json(await readRecord(c, (db) => listAudit(db, asked)));
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/audit/verify',
    needs: 'admin',
    operation: {
      id: 'verifyAudit',
      tag: 'Audit',
      summary: 'Check that no line of the audit log was changed, taken out or put in',
      description:
        "Compares the record's lines with the end of the chain that the account itself keeps. A long log takes several calls: while `more` is true, ask again with `after` and `hash` of `to`. Whoever notes `head` somewhere else can also tell that both were replaced.",
      query: verifyQuerySchema,
      answers: {
        200: { description: 'What was found', schema: auditVerdictSchema, example: EXAMPLE_VERDICT },
      },
      problems: ['account_needed', 'not_found', 'record_unavailable'],
    },
    handle: async (c, caller, { query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const from = { number: query.after, hash: query.hash ?? FIRST_AUDIT_HASH };
      const { audit } = accountOf(c.env, account);
      const deps = {
        recorded: (after: number, limit: number) =>
          readRecord(c, (db) => readAuditLines(db, account, after, limit)),
        head: () => audit.head(),
        waiting: (after: number, limit: number) => audit.waiting(after, limit),
      };
      return c.json(await verifyAccount(deps, account, from));
    },
  }),
];
