import { matchesAny } from './match-glob.ts';
import type { Policy } from './policy.ts';

/** An alias of Claude Code's: `ANTHROPIC_DEFAULT_HAIKU_MODEL` of the runner's environment says what it stands for. */
const SMALL_MODEL = 'haiku';

/**
 * The model that judges end criteria and answers questions. Where the machine's policy does not allow it, the task's
 * own does that work; one of them is allowed, or the task would not be here.
 */
export function smallModel({ models }: Policy, ofTask: string | null): string {
  const allowed = models.allow === null || matchesAny(models.allow, SMALL_MODEL);
  if (allowed && !matchesAny(models.deny, SMALL_MODEL)) return SMALL_MODEL;
  return ofTask ?? models.allow?.[0] ?? SMALL_MODEL;
}
