import {
  auditExportQuerySchema,
  EXPORT_KINDS,
  type ExportKind,
  type ExportQuery,
  exportDocumentOf,
  exportQuerySchema,
  MAX_EXPORT_ROWS,
} from '../../protocol/exports.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import { accountFor, accountNamed } from '../access/account-for.ts';
import type { Caller } from '../access/caller.ts';
import { visibleTo } from '../access/visible-to.ts';
import { CONTENT_TYPES } from '../export/export-format.ts';
import { sessions } from '../record/schema.ts';
import { EXAMPLE_ROWS } from './export-examples.ts';
import { type AppContext, type Route, userRoute } from './route.ts';
import { sendExport } from './send-export.ts';
import { reachSession } from './session-of-path.ts';

type SessionExportKind = Exclude<ExportKind, 'audit'>;

const SUMMARIES: Record<SessionExportKind, string> = {
  sessions: 'Export sessions',
  tasks: 'Export tasks',
  messages: 'Export messages of sessions',
  logs: 'Export tool calls with input and result',
  questions: 'Export what Claude asked people, and who answered what',
  usage: 'Export what each turn cost',
};

const ABOUT = `One account; of its sessions, those that you may see. Streamed as it is read. More than "limit" rows \
(at most ${MAX_EXPORT_ROWS.toLocaleString('en-US')}) come in parts: "Link" with rel="next" leads to the next one. A part that was cut off in between \
ends the connection with an error. Noted in the audit log.`;

const OTHERS = [CONTENT_TYPES.ndjson, CONTENT_TYPES.csv];

const operationId = (kind: ExportKind) => `export${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;

const answersOf = <K extends ExportKind>(kind: K) => ({
  200: {
    description: 'The rows: one JSON document, JSON lines or CSV',
    schema: exportDocumentOf(kind),
    example: { kind, account: 'github:583231', items: [EXAMPLE_ROWS[kind]], next: null },
    otherContentTypes: OTHERS,
  },
});

const sessionExport = (kind: SessionExportKind): Route =>
  userRoute({
    method: 'GET',
    path: `/api/exports/${kind}`,
    needs: 'viewer',
    operation: {
      id: operationId(kind),
      tag: 'Exports',
      summary: SUMMARIES[kind],
      description: ABOUT,
      query: exportQuerySchema,
      answers: answersOf(kind),
      problems: ['not_found', 'account_needed', 'record_unavailable'],
    },
    handle: async (c, caller, { query }) => {
      const { format, limit, cursor, account: _asked, ...rest } = query;
      const account = await accountOfExport(c, caller, query);
      const filter = { ...rest, account, visible: visibleTo(caller.reach, sessions, account) };
      return sendExport(c, caller, kind, filter, { format, limit, cursor });
    },
  });

/** A session names its account. @throws ProblemError when there is none that the caller may see */
async function accountOfExport(
  c: AppContext,
  caller: Caller,
  { session, account }: ExportQuery,
): Promise<AccountKey> {
  if (session !== undefined) return (await reachSession(c, caller, session, 'viewer')).account;
  return accountNamed(c, caller, account);
}

const auditExport = userRoute({
  method: 'GET',
  path: '/api/exports/audit',
  needs: 'admin',
  operation: {
    id: operationId('audit'),
    tag: 'Exports',
    summary: 'Export the audit log of an account',
    description: `The lines as they are chained; without "from" and "to" the chain can be checked from its first line. ${ABOUT}`,
    query: auditExportQuerySchema,
    answers: answersOf('audit'),
    problems: ['not_found', 'account_needed', 'record_unavailable'],
  },
  handle: async (c, caller, { query }) => {
    const { format, limit, cursor, account: asked, ...range } = query;
    const account = accountFor(c, caller, asked, 'admin');
    return sendExport(
      c,
      caller,
      'audit',
      { ...range, account, visible: undefined },
      { format, limit, cursor },
    );
  },
});

const isOfSessions = (kind: ExportKind): kind is SessionExportKind => kind !== 'audit';

export const exportRoutes: Route[] = [...EXPORT_KINDS.filter(isOfSessions).map(sessionExport), auditExport];
