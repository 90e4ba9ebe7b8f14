import type { Job } from '../../protocol/job.ts';
import type { Repository } from '../../protocol/workspace.ts';
import { matchesAny } from './match-glob.ts';
import type { Policy } from './policy.ts';

export type JobVerdict =
  /** `job` is what may be done of what was asked; `notes` say, for people, where that is less. */
  { status: 'accepted'; job: Job; notes: string[] } | { status: 'refused'; message: string };

/** Where git goes when a policy names repositories and no hosts. */
const DEFAULT_HOSTS = ['github.com'];

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/**
 * Judges a job by the machine's own policy: what it may not be about is refused, how much it may use is lowered.
 * Pure.
 */
export function judgeJob(policy: Policy, job: Job): JobVerdict {
  const refusal =
    judgeOrigin(policy, job) ??
    judgeWorkspace(policy, job) ??
    judgeSides(policy, job) ??
    judgePrompt(policy, job) ??
    judgeModel(policy, job) ??
    judgeEndCommand(policy, job);
  if (refusal !== null) return { status: 'refused', message: `This runner's policy ${refusal}` };
  const notes: string[] = [];
  const options = lowerOptions(policy, job.options, notes);
  if (!policy.pushes && job.workspace.type === 'github') {
    notes.push("This runner's policy allows no pushes: changes are kept here under a rescue ref.");
  }
  return { status: 'accepted', job: { ...job, options }, notes };
}

/** Judges, right before it, a push to a branch. @returns null when it may go, else why not. */
export function judgePush(policy: Policy, job: Job, branch: string): string | null {
  const refusal =
    judgeWorkspace(policy, { ...job, branch }) ??
    (policy.pushes ? null : 'allows no pushes from this machine.');
  return refusal === null ? null : `This runner's policy ${refusal}`;
}

/** Judges a message for a running job. @returns null when Claude may get it, else why not. */
export function judgeFollowUp(policy: Policy, text: string): string | null {
  if (!policy.followUps) return "This runner's policy allows no messages to a running task.";
  const bytes = Buffer.byteLength(text);
  return bytes > policy.maxPromptBytes
    ? `This runner's policy allows messages of ${policy.maxPromptBytes} bytes; this one has ${bytes}.`
    : null;
}

function judgeOrigin({ accounts, apiJobs }: Policy, { account, origin }: Job): string | null {
  if (accounts !== null && !accounts.includes(account)) {
    return `serves the accounts ${accounts.join(', ')}, not ${account}.`;
  }
  if (!apiJobs && origin === 'api') return 'takes jobs from threads on GitHub only, not from the API.';
  return null;
}

function judgeWorkspace(
  policy: Policy,
  { workspace, branch }: Pick<Job, 'workspace' | 'branch'>,
): string | null {
  if (!policy.workspaces.includes(workspace.type)) {
    return `allows work of the types ${policy.workspaces.join(', ')}, not ${workspace.type}.`;
  }
  if (workspace.type !== 'github') return null;
  const refusal = judgeRepository(policy, workspace.repository);
  if (refusal !== null) return refusal;
  if (policy.branches !== null && branch !== null && !matchesAny(policy.branches, branch)) {
    return `allows the branches ${listed(policy.branches)}, not ${branch}.`;
  }
  return null;
}

/** What lies beside the workspace is asked for as strictly as the workspace itself. */
function judgeSides(policy: Policy, { repositories = [] }: Job): string | null {
  for (const { repository, base, branch } of repositories) {
    const workspace = { type: 'github' as const, repository, ref: { kind: 'branch' as const, base } };
    const refusal = judgeWorkspace(policy, { workspace, branch });
    if (refusal !== null) return refusal;
  }
  return null;
}

/** The name is what the control plane says; where git would really go is judged too. */
function judgeRepository({ repositories, gitHosts }: Policy, repository: Repository): string | null {
  const name = `${repository.owner}/${repository.name}`;
  if (repositories !== null && !matchesAny(repositories, name)) {
    return `allows the repositories ${listed(repositories)}, not ${name}.`;
  }
  const hosts = gitHosts ?? (repositories === null ? null : DEFAULT_HOSTS);
  if (hosts === null) return null;
  const { protocol, host, pathname } = new URL(repository.cloneUrl);
  if (!hosts.includes(host)) return `allows git on ${listed(hosts)}, not on ${host}.`;
  if (protocol !== 'https:' && !LOOPBACK.test(host))
    return `allows git over https only, not ${protocol}//${host}.`;
  const path = decodeURIComponent(pathname)
    .replace(/^\/+|\.git\/?$|\/+$/g, '')
    .toLowerCase();
  if (repositories !== null && path !== name.toLowerCase()) {
    return `was given the repository ${name} at an address of another one (${pathname}).`;
  }
  return null;
}

function judgePrompt({ maxPromptBytes }: Policy, { prompt }: Job): string | null {
  const bytes = Buffer.byteLength(prompt.request) + Buffer.byteLength(prompt.context ?? '');
  return bytes > maxPromptBytes ? `allows prompts of ${maxPromptBytes} bytes; this one has ${bytes}.` : null;
}

function judgeModel({ models }: Policy, { options: { model } }: Job): string | null {
  if (model === null) return null;
  const allowed = models.allow === null || matchesAny(models.allow, model);
  if (allowed && !matchesAny(models.deny, model)) return null;
  return `does not allow the model ${model}${models.allow === null ? '.' : `; it allows ${listed(models.allow)}.`}`;
}

/** Whoever asks for the work names the command: it is no more than Claude may run. */
function judgeEndCommand({ tools }: Policy, { options: { endCommand } }: Job): string | null {
  if (endCommand === null) return null;
  const allowed = tools.allow === null || matchesAny(tools.allow, 'Bash');
  if (allowed && !matchesAny(tools.deny, 'Bash')) return null;
  return 'allows no commands (Bash), and the task ends by one.';
}

function lowerOptions({ limits, models }: Policy, options: Job['options'], notes: string[]): Job['options'] {
  const lower = (what: string, asked: number | null, most: number | null): number | null => {
    if (most === null || (asked !== null && asked <= most)) return asked;
    notes.push(
      `This runner's policy limits this task to ${most} ${what}${asked === null ? '' : ` instead of ${asked}`}.`,
    );
    return most;
  };
  const maxMinutes = lower('minutes', options.maxMinutes, limits.minutes) ?? options.maxMinutes;
  const maxUsd = lower('US dollars', options.maxUsd, limits.usd);
  const maxTurns = lower('turns', options.maxTurns, limits.turns);
  const model = options.model ?? models.allow?.[0] ?? null;
  if (model !== options.model) notes.push(`This runner's policy has this task use the model ${model}.`);
  return { ...options, maxMinutes, maxUsd, maxTurns, model };
}

/** Lists can be long; messages are cut at 500 characters. */
function listed(items: readonly string[]): string {
  const shown = items.slice(0, 5).join(', ');
  return items.length > 5 ? `${shown} and ${items.length - 5} more` : shown;
}
