import type { ToolPolicy } from '../claude/tool-policy.ts';
import { matchesAny } from './match-glob.ts';
import type { Policy } from './policy.ts';

/** The tools of a job, less what the machine's policy does not allow. Never more. */
export function narrowTools({ allow }: ToolPolicy, { tools }: Policy): ToolPolicy {
  const isAllowed = (name: string): boolean =>
    (tools.allow === null || matchesAny(tools.allow, name)) && !matchesAny(tools.deny, name);
  return {
    allow: allow.filter(isAllowed),
    deny: allow.filter((name) => !isAllowed(name)),
    ask: { allow: tools.allow, deny: tools.deny },
  };
}
