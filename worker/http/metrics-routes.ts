import { z } from 'zod';
import { type AccountKey, accountKeySchema } from '../../protocol/ids.ts';
import { type Caller, mustReachAccount } from '../access/caller.ts';
import { metricsReader } from '../access/metrics-token.ts';
import { configOf } from '../config.ts';
import type { Env } from '../env.ts';
import { collectMetrics } from '../metrics/collect-metrics.ts';
import { EXPOSITION_TYPE, writeExposition } from '../metrics/write-exposition.ts';
import { listAccounts } from '../record/list-accounts.ts';
import { openRecord } from '../record/open-record.ts';
import { type Route, userRoute } from './route.ts';

/** Each account is three calls, and a request may make 1,000; beyond it `account` names one. */
const MAX_ACCOUNTS = 200;

const EXAMPLE = `# HELP tool_executions_total Tools that Claude used, by how that ended (ok, error).
# TYPE tool_executions_total counter
tool_executions_total{account="github:1234",tool="Bash",status="ok"} 42
`;

export const metricsRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/metrics',
    needs: 'viewer',
    alsoTakes: metricsReader,
    operation: {
      id: 'readMetrics',
      tag: 'Service',
      summary: 'Read the metrics in the text format of Prometheus',
      description:
        'Of every account that the caller reaches as a whole, at most 200. Ends after eight seconds at the latest: what did not answer by then is left out, and `signalbox_source_up` says so. METRICS_TOKEN, where the deployment has one, reads them too, and nothing else.',
      query: z.object({ account: accountKeySchema.optional() }),
      answers: {
        200: { description: 'Text format 0.0.4', contentType: 'text/plain', example: EXAMPLE },
      },
    },
    handle: async (c, caller, { query }) => {
      const { accounts, recordUp } = await accountsOf(c.env, caller, query.account);
      const families = await collectMetrics(c.env, accounts, recordUp);
      return c.body(writeExposition(families), 200, {
        'content-type': EXPOSITION_TYPE,
        'cache-control': 'no-store',
      });
    },
  }),
];

/** @throws ProblemError where an account is named that the caller does not reach */
async function accountsOf(
  env: Env,
  caller: Caller,
  asked: AccountKey | undefined,
): Promise<{ accounts: AccountKey[]; recordUp: boolean }> {
  const { defaultAccount } = configOf(env);
  const known = await listAccounts(openRecord(env), MAX_ACCOUNTS).catch(() => null);
  const recordUp = known !== null;
  if (asked !== undefined) {
    mustReachAccount(caller, asked, 'viewer');
    return { accounts: [asked], recordUp };
  }
  const { reach } = caller;
  if (reach.kind === 'deployment') {
    const accounts = [...new Set([defaultAccount, ...(known ?? [])])].slice(0, MAX_ACCOUNTS);
    return { accounts, recordUp };
  }
  const whole = reach.accounts.filter(({ role }) => role !== null).map(({ account }) => account);
  return { accounts: whole.slice(0, MAX_ACCOUNTS), recordUp };
}
