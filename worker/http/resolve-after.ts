import type { AccountKey, TaskId } from '../../protocol/ids.ts';
import type { Caller } from '../access/caller.ts';
import { ProblemError } from './problem.ts';
import type { AppContext } from './route.ts';
import { reachTask, readTask } from './task-of-path.ts';

/**
 * The ids of the tasks that a new one waits for. They are there already, so that no circle can come about.
 *
 * @throws ProblemError for one that the caller may not see, or that is another account's: its end is told within one
 */
export async function resolveAfter(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  after: readonly string[] | undefined,
): Promise<TaskId[] | undefined> {
  if (after === undefined) return undefined;
  const ids = await Promise.all(after.map((asked) => resolveOne(c, caller, account, asked)));
  return [...new Set(ids)];
}

async function resolveOne(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  asked: string,
): Promise<TaskId> {
  const path = { params: { taskId: asked }, query: { account } };
  const place = await reachTask(c, caller, path, 'viewer');
  if (place.account !== account) {
    throw new ProblemError(422, 'wrong_account', {
      title: 'The task belongs to another account',
      detail: `Task ${asked}, which is to come first, is a task of ${place.account}, not of ${account}.`,
      remedy: 'Name tasks of the same account in "after".',
    });
  }
  return (await readTask(c, caller, path)).id;
}
