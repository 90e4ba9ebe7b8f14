import type { z } from 'zod';
import { healthSchema } from '../../protocol/http.ts';
import { judgeVersion } from '../../protocol/version.ts';
import type { Check } from '../machine/check.ts';
import { checkFailed, checkOk } from '../machine/check.ts';
import { controlPlaneUrl } from '../socket/socket-url.ts';

const DEADLINE_MS = 10_000;

/** Tokens and certificates are judged by the clock; git's and GitHub's tolerate about a minute. */
const MAX_SKEW_MS = 30_000;

/** The Date header counts whole seconds, and the answer took some time to arrive. */
const DATE_GRAIN_MS = 1_000;

export type ReachDeps = { fetch: typeof fetch; now: () => number };

type Answer = { status: 'answered'; response: Response; body: string } | { status: 'silent'; why: string };

async function ask(url: string, deps: ReachDeps): Promise<Answer> {
  try {
    const response = await deps.fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS), redirect: 'manual' });
    return { status: 'answered', response, body: await response.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: 'silent', why: cause instanceof Error ? cause.message : String(cause) };
  }
}

function parseHealth(body: string): z.infer<typeof healthSchema> | null {
  try {
    return healthSchema.parse(JSON.parse(body));
  } catch {
    return null;
  }
}

/** Whether the control plane is there, speaks our protocol, and agrees on the time. */
export async function checkControlPlane(controlUrl: string, deps: ReachDeps): Promise<Check[]> {
  const url = controlPlaneUrl(controlUrl, '/healthz');
  const startedAt = deps.now();
  const answer = await ask(url, deps);
  if (answer.status === 'silent') {
    const remedy =
      'Check SIGNALBOX_URL, the network, proxies (HTTPS_PROXY, with NODE_USE_ENV_PROXY=1) and certificates (NODE_EXTRA_CA_CERTS).';
    return [checkFailed('control plane', 'broken', `${url} does not answer: ${answer.why}`, remedy)];
  }
  const { response, body } = answer;
  const health = parseHealth(body);
  if (!response.ok || health === null) {
    const detail = `${url} answers with HTTP ${response.status}, not as a Signalbox control plane does`;
    return [
      checkFailed(
        'control plane',
        'broken',
        detail,
        'Check SIGNALBOX_URL: it is the address of the deployment itself.',
      ),
    ];
  }
  const version = judgeVersion(health.protocol);
  const reached =
    version.status === 'accepted'
      ? checkOk(
          'control plane',
          `${url} answers in ${deps.now() - startedAt} ms, protocol ${health.protocol}`,
        )
      : checkFailed('control plane', 'broken', `${url} speaks protocol ${health.protocol}`, version.remedy);
  return [reached, judgeClock(response.headers.get('date'), startedAt, deps.now())];
}

/** Compares a `Date` header with the clock here; anything between asking and answering is right. */
export function judgeClock(dateHeader: string | null, askedAtMs: number, answeredAtMs: number): Check {
  const theirs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(theirs)) return checkOk('clock', 'the control plane does not tell its time');
  const early = askedAtMs - (theirs + DATE_GRAIN_MS);
  const late = theirs - answeredAtMs;
  const skewMs = Math.max(0, early, late);
  const detail = skewMs === 0 ? 'agrees with the control plane' : `is ${Math.round(skewMs / 1000)} s off`;
  if (skewMs <= MAX_SKEW_MS) return checkOk('clock', detail);
  return checkFailed(
    'clock',
    'broken',
    detail,
    'Set the clock by NTP (Debian, Ubuntu: timedatectl set-ntp true).',
  );
}
