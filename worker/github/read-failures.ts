import { z } from 'zod';
import type { Fetcher } from './fetch-image.ts';
import { fetchLog } from './fetch-log.ts';
import type { Octokit } from './probot.ts';
import type { ChecksEnded } from './read-checks-event.ts';
import { inRepository } from './write-target.ts';

/** What one of GitHub's check runs came to. */
export type CheckResult = {
  id: number;
  name: string;
  appId: number;
  /** GitHub Actions, whose logs can be read. */
  isAction: boolean;
  ended: boolean;
  failed: boolean;
  title: string;
  summary: string;
  annotations: number;
};

/** A failed check with what it says. Texts are as they came: long, and of anybody. */
export type CheckFailure = {
  name: string;
  title: string;
  summary: string;
  findings: { path: string; line: number; level: string; message: string }[];
  /** Null where there is none to be read. */
  log: string | null;
};

export type JudgedChecks =
  | { status: 'running' }
  | { status: 'passed' }
  | { status: 'failed'; failed: CheckResult[] };

const PAGE = 100;

/** A commit with more check runs than these is not looked at any further. */
const MAX_PAGES = 5;

/** More than these help nobody; mending the first ones often mends the rest. */
const MAX_FAILURES = 5;
const MAX_FINDINGS = 20;

const FAILED = new Set(['failure', 'timed_out', 'startup_failure']);

/** `GET /repos/{owner}/{repo}/commits/{ref}/check-runs`, the latest of each name. */
export async function readCheckResults(octokit: Octokit, checks: ChecksEnded): Promise<CheckResult[]> {
  const found: CheckResult[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { data } = await octokit.rest.checks.listForRef({
      ...inRepository(checks),
      ref: checks.headSha,
      filter: 'latest',
      per_page: PAGE,
      page,
    });
    found.push(...data.check_runs.map(resultOf));
    if (data.check_runs.length < PAGE) break;
  }
  return found;
}

/** Whether a pull request of the branch is open. */
export async function isBranchOpen(octokit: Octokit, checks: ChecksEnded): Promise<boolean> {
  const head = `${checks.repository.owner}:${checks.branch}`;
  const { data } = await octokit.rest.pulls.list({
    ...inRepository(checks),
    state: 'open',
    head,
    per_page: 1,
  });
  return data.length > 0;
}

type Listed = Awaited<ReturnType<Octokit['rest']['checks']['listForRef']>>['data'];

function resultOf(run: Listed['check_runs'][number]): CheckResult {
  return {
    id: run.id,
    name: run.name,
    appId: run.app?.id ?? 0,
    isAction: run.app?.slug === 'github-actions',
    ended: run.status === 'completed',
    failed: FAILED.has(run.conclusion ?? ''),
    title: run.output.title ?? '',
    summary: [run.output.summary, run.output.text].filter((text) => text != null).join('\n'),
    annotations: run.output.annotations_count,
  };
}

/** What the checks of others say of a commit. Ours tells of the task itself. */
export function judgeChecks(results: readonly CheckResult[], ownAppId: number): JudgedChecks {
  const others = results.filter(({ appId }) => appId !== ownAppId);
  if (others.some(({ ended }) => !ended)) return { status: 'running' };
  const failed = others.filter((one) => one.failed).toSorted((a, b) => a.id - b.id);
  return failed.length === 0 ? { status: 'passed' } : { status: 'failed', failed };
}

/** What the first failed checks say, side by side. */
export function readFailures(
  octokit: Octokit,
  checks: ChecksEnded,
  failed: readonly CheckResult[],
  fetcher: Fetcher,
): Promise<CheckFailure[]> {
  return Promise.all(
    failed.slice(0, MAX_FAILURES).map(async ({ id, name, title, summary, isAction, annotations }) => {
      const [findings, log] = await Promise.all([
        annotations > 0 ? readFindings(octokit, checks, id) : [],
        isAction ? readLog(octokit, checks, id, fetcher) : null,
      ]);
      return { name, title, summary, findings, log };
    }),
  );
}

async function readFindings(
  octokit: Octokit,
  checks: ChecksEnded,
  id: number,
): Promise<CheckFailure['findings']> {
  const { data } = await octokit.rest.checks.listAnnotations({
    ...inRepository(checks),
    check_run_id: id,
    per_page: MAX_FINDINGS,
  });
  return data.map(({ path, start_line: line, annotation_level: level, message }) => ({
    path,
    line,
    level: level ?? 'failure',
    message: message ?? '',
  }));
}

const refusalSchema = z.object({ status: z.union([z.literal(403), z.literal(404), z.literal(410)]) });

/** A check run of GitHub Actions is a job of the same id. Null: it is gone, or the App may not read it. */
async function readLog(
  octokit: Octokit,
  checks: ChecksEnded,
  id: number,
  fetcher: Fetcher,
): Promise<string | null> {
  try {
    const { headers } = await octokit.rest.actions.downloadJobLogsForWorkflowRun({
      ...inRepository(checks),
      job_id: id,
      // The log lies with another server, which must not see our token.
      request: { redirect: 'manual' },
    });
    return headers.location === undefined ? null : await fetchLog(headers.location, fetcher);
  } catch (error) {
    if (refusalSchema.safeParse(error).success) return null;
    throw error;
  }
}
