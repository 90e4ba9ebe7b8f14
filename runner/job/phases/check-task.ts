import { join } from 'node:path';
import type { Failure } from '../../../protocol/outcome.ts';
import { isThere, programOf } from '../../gates/find-commands.ts';
import { type GatePlan, readGates } from '../../gates/read-gates.ts';
import type { Uncommitted } from '../../workspace/find-uncommitted.ts';
import type { Filled, SessionWorkspace, WorkspaceFailure } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';

type Told = Pick<JobContext, 'emit'>;

function tell({ emit }: Told, name: string, ok: boolean, detail: string, remedy: string | null): void {
  const cut = (text: string): string => text.slice(0, 1_000);
  emit({
    type: 'preflight.check',
    name,
    ok,
    detail: cut(detail),
    remedy: remedy === null ? null : cut(remedy),
  });
}

/** Says that the folder could not be got ready, and what of it is missing. */
export function tellUnfilled(context: Told, trouble: WorkspaceFailure['trouble'], failure: Failure): void {
  tell(context, NAMES[trouble] ?? 'repository', false, failure.message, failure.remedy);
}

const NAMES: Partial<Record<WorkspaceFailure['trouble'], string>> = {
  no_base: 'base branch',
  wrong_branch: 'base branch',
  disk_full: 'disk',
};

/** Says what was found about the folder: its repository, its base branch, and what of earlier work lies in it. */
export function tellFilled(context: Told, filled: Filled): void {
  const { base, branch, head, resumed, remote } = filled;
  if (base === null) {
    tell(context, 'folder', true, 'Claude works right in the folder; nothing of it leaves the machine', null);
    tellUncommitted(context, filled.uncommitted ?? null);
    return;
  }
  tell(context, 'repository', true, `The repository was reached; the work goes to ${branch}`, null);
  tell(context, 'base branch', true, `It is at ${base.slice(0, 12)}`, null);
  if (!resumed) {
    tell(context, 'clean', true, `The folder is as ${(head ?? base).slice(0, 12)} has it`, null);
    return;
  }
  const stale = remote === 'behind' || remote === 'diverged';
  const detail = stale
    ? 'The folder holds earlier work of this session, and the branch on the server has moved on'
    : 'The folder holds what earlier work of this session left in it';
  const remedy = 'Merge or rebase the branch, or start the request in a new conversation.';
  tell(context, 'clean', !stale, detail, stale ? remedy : null);
}

/** It stops nothing: a folder without any repository is worked on, too. */
function tellUncommitted(context: Told, uncommitted: Uncommitted | null): void {
  if (uncommitted === null) return;
  const { count, some } = uncommitted;
  if (count === 0) {
    tell(context, 'clean', true, 'Everything in the folder is committed', null);
    return;
  }
  const more = count > some.length ? ', …' : '';
  const detail = `${count} ${count === 1 ? 'file is' : 'files are'} not as the last commit has them: ${some.join(', ')}${more}`;
  const remedy =
    'Commit or stash them, so that your work and the work of Claude stay apart; or name the folder as a `worktree`, which leaves them alone.';
  tell(context, 'clean', false, detail, remedy);
}

/** What is left of the task's money; null where that is enough to begin. */
export function checkBudget(context: Pick<JobContext, 'emit' | 'job' | 'recall'>): JobEnd | null {
  const { job, recall } = context;
  const { maxUsd } = job.options;
  if (maxUsd === null) {
    tell(context, 'budget', true, 'No limit of money was set', null);
    return null;
  }
  const leftUsd = maxUsd - recall.usage.costUsd;
  const isSpent = leftUsd <= 0 && !recall.workDone;
  const detail = `$${Math.max(0, leftUsd).toFixed(2)} of $${maxUsd.toFixed(2)} are left`;
  tell(context, 'budget', !isSpent, detail, isSpent ? 'Say `resume` with a larger `--budget`.' : null);
  return isSpent ? { type: 'exhausted', limit: 'usd' } : null;
}

/** Looks whether what the gates will run is on this machine. It stops nothing: Claude may be asked to make it. */
export async function checkGateCommands(
  context: Pick<JobContext, 'emit' | 'commands' | 'log' | 'stop' | 'job'>,
  workspace: SessionWorkspace,
): Promise<void> {
  const base = await workspace.baseConfig(context.stop.signal);
  if (!base.ok || context.stop.reason !== null) return;
  const read = readGates(base.config);
  if (read.status === 'invalid') {
    const remedy = 'Correct it on the default branch: until then nothing passes the gates.';
    tell(context, 'gates', false, read.message, remedy);
    return;
  }
  const missing = await missingPrograms(read.plan, workspace.path, context.commands.host.env.PATH);
  if (missing.length === 0) {
    const count = read.plan.checks.length;
    const detail = count === 0 ? 'No commands are configured' : `What ${count} gate(s) run is there`;
    tell(context, 'gates', true, detail, null);
  }
  for (const { gate, program } of missing) {
    const remedy = `Install ${program} on the runner, or correct the command of "${gate}" in .github/signalbox.yml on the default branch.`;
    tell(context, 'gates', false, `"${gate}" runs ${program}, which is not on this machine`, remedy);
  }
}

async function missingPrograms(
  { checks, testCommand }: GatePlan,
  folder: string,
  path: string | undefined,
): Promise<{ gate: string; program: string }[]> {
  const tests = testCommand === null ? [] : [{ name: 'tests', command: testCommand, directory: '' }];
  const looked = [...checks, ...tests].map(async ({ name, command, directory = '' }) => {
    const program = programOf(command);
    const found = program === null || (await isThere(program, join(folder, directory), path));
    return found ? [] : [{ gate: name, program }];
  });
  return (await Promise.all(looked)).flat();
}
