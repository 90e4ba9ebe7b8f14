import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { failed } from '../job-end.ts';

/** A job that brought its runner down this often would do it again. */
const MAX_CRASHES = 3;

/** Looks whether this machine can do the job at all, and says what it found. Null: it can. */
export async function checkMachine(
  context: Pick<JobContext, 'recall' | 'emit' | 'machineChecks'>,
): Promise<JobEnd | null> {
  const { recall, emit, machineChecks } = context;
  if (recall.crashes >= MAX_CRASHES) {
    return failed(
      'lost',
      `The runner was lost ${recall.crashes} times while it worked on this task.`,
      "Look at the runner's log and its memory. The work so far is in its worktree; `retry` starts again.",
    );
  }
  const checks = await machineChecks();
  for (const check of checks) {
    const { name, detail, remedy } = check;
    emit({
      type: 'preflight.check',
      name,
      ok: check.status !== 'broken',
      detail: detail.slice(0, 1_000),
      remedy: check.status === 'ok' ? null : (remedy?.slice(0, 1_000) ?? null),
    });
  }
  const broken = checks.find((check) => check.status === 'broken');
  if (broken === undefined) return null;
  return failed(broken.failureKind, `${broken.name}: ${broken.detail}`, broken.remedy ?? '');
}
