import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import type { Person } from '../../protocol/task.ts';
import type { NewSession } from '../contracts.ts';
import type { PullRef, Trigger } from './read-payload.ts';

/** The conversation that a trigger belongs to. */
export function sessionOf(trigger: Trigger, pull: PullRef | null): NewSession {
  const { thread } = trigger;
  const { repository } = thread;
  const key = githubConversationKey(repository.id, thread.issueNumber);
  return {
    id: sessionIdOf(key),
    key,
    account: trigger.account,
    title: trigger.title.slice(0, 300),
    source: 'github',
    workspace: {
      type: 'github',
      repository,
      ref: pull ?? { kind: 'branch', base: repository.defaultBranch },
    },
    thread: { ...thread, headSha: pull?.headSha ?? thread.headSha },
  };
}

/** Who asked, as a task's requester. */
export function requesterOf({ author }: Pick<Trigger, 'author'>): Person {
  return { login: author.login, id: author.id, name: null, email: null };
}
