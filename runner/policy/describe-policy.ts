import { OPEN_POLICY, type Policy } from './policy.ts';

/** What a policy forbids or lowers, in a line for people. */
export function describePolicy(policy: Policy): string {
  const { limits, models, tools } = policy;
  const list = (what: string, items: readonly string[] | null) =>
    items === null || items.length === 0 ? [] : [`${what} ${items.join(', ')}`];
  const most = (limit: number | null, unit: string) => (limit === null ? [] : [`at most ${limit} ${unit}`]);
  const parts = [
    ...list('accounts', policy.accounts),
    ...list('repositories', policy.repositories),
    ...list('git hosts', policy.gitHosts),
    ...(policy.workspaces.length === OPEN_POLICY.workspaces.length
      ? []
      : list('work of type', policy.workspaces)),
    ...list('branches', policy.branches),
    ...(policy.apiJobs ? [] : ['no jobs from the API']),
    ...(policy.followUps ? [] : ['no follow-ups']),
    ...(policy.pushes ? [] : ['no pushes']),
    ...most(limits.minutes, 'minutes'),
    ...most(limits.usd, 'US dollars'),
    ...most(limits.turns, 'turns'),
    ...(policy.maxPromptBytes === OPEN_POLICY.maxPromptBytes
      ? []
      : most(policy.maxPromptBytes, 'bytes of prompt')),
    ...list('models', models.allow),
    ...list('not the models', models.deny),
    ...list('tools', tools.allow),
    ...list('not the tools', tools.deny),
  ];
  return parts.length === 0 ? 'allows everything that the control plane signs' : parts.join('; ');
}
