import { configOf } from '../config.ts';
import type { AppContext } from '../http/route.ts';
import { bearerOf } from './bearer.ts';
import type { Caller } from './caller.ts';
import { matchesHash, sha256Hex } from './compare-hash.ts';

const PERSON = { login: 'metrics', id: null, name: null, email: null };

/** Prometheus with the deployment's METRICS_TOKEN; null for everybody else. For routes that show no more than numbers. */
export async function metricsReader(c: AppContext): Promise<Caller | null> {
  const { metricsToken } = configOf(c.env);
  const token = bearerOf(c.req.raw);
  if (metricsToken === null || token === null) return null;
  if (!(await matchesHash(token, await sha256Hex(metricsToken)))) return null;
  return { person: PERSON, source: 'api', proof: { kind: 'metrics_token' }, reach: { kind: 'deployment' } };
}
