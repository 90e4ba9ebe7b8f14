import { githubConversationKey, type SessionId, sessionIdOf, type TaskId } from '../../protocol/ids.ts';
import type { SessionRpc } from '../session/session-rpc.ts';

export type FirstTasks = { status: 'found'; after: TaskId[] } | { status: 'missing'; number: number };

/** The last task of each issue or pull request that a request is to wait for. */
export async function findFirstTasks(
  session: (id: SessionId) => Pick<SessionRpc, 'snapshot'>,
  repositoryId: number,
  numbers: readonly number[],
): Promise<FirstTasks> {
  const found = await Promise.all(
    numbers.map(async (number) => {
      const snapshot = await session(sessionIdOf(githubConversationKey(repositoryId, number))).snapshot();
      const last = snapshot?.tasks.toSorted((a, b) => a.number - b.number).at(-1);
      return { number, taskId: last?.id ?? null };
    }),
  );
  const missing = found.find(({ taskId }) => taskId === null);
  if (missing !== undefined) return { status: 'missing', number: missing.number };
  return { status: 'found', after: found.flatMap(({ taskId }) => (taskId === null ? [] : [taskId])) };
}
