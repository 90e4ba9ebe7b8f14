import type { AccountKey } from '../../protocol/ids.ts';
import { accountOf } from '../account/account-of.ts';
import type { NameClaim } from '../account/task-names/task-name-desk.ts';
import { ProblemError } from './problem.ts';
import type { AppContext } from './route.ts';
import { placeOfName } from './task-of-path.ts';

/** A claim that has no task after this long was cut off, or its task is gone. */
const CLAIM_MS = 60_000;

/**
 * Makes a task under a name that is its own in the account. The name is claimed first, so that of two that come at once
 * one is refused.
 *
 * @throws ProblemError when another task has the name
 */
export async function underName<T>(
  c: AppContext,
  account: AccountKey,
  name: string | undefined,
  claim: NameClaim,
  make: () => Promise<T>,
): Promise<T> {
  if (name === undefined) return make();
  const { taskNames } = accountOf(c.env, account);
  const verdict = await taskNames.claim(name, claim, null);
  if (verdict.status === 'taken') {
    const isLate = Date.now() - verdict.sinceMs > CLAIM_MS;
    const isFree = isLate && (await placeOfName(c, account, name)) === null;
    const again = isFree ? await taskNames.claim(name, claim, verdict.by) : verdict;
    if (again.status === 'taken') throw takenProblem(account, name);
  }
  try {
    return await make();
  } catch (error) {
    if (error instanceof ProblemError) await taskNames.release(name, claim.sessionId);
    throw error;
  }
}

function takenProblem(account: AccountKey, name: string): ProblemError {
  return new ProblemError(409, 'name_taken', {
    title: 'The name is taken',
    detail: `Another task of ${account} is called "${name}".`,
    remedy: 'Choose another name, or delete the task that has it.',
  });
}
