import { type TaskOptionsInput, taskOptionsSchema } from '../../../protocol/task-options.ts';
import type { NewSession, TaskRequest } from '../../contracts.ts';
import type { GitHubThread } from '../../github-write.ts';

const REPOSITORY = {
  id: 7,
  owner: 'acme',
  name: 'shop',
  cloneUrl: 'https://github.test/acme/shop.git',
  htmlUrl: 'https://github.test/acme/shop',
  defaultBranch: 'main',
  private: true,
};

export const SHA = 'a'.repeat(40);
export const TREE = 'b'.repeat(40);

export const THREAD: GitHubThread = {
  installationId: 5,
  repository: REPOSITORY,
  issueNumber: 12,
  isPullRequest: false,
  url: 'https://github.test/acme/shop/issues/12',
  headSha: null,
};

/** A session of an issue, each time another. */
export function issueSession(change: Partial<NewSession> = {}): NewSession {
  const id = crypto.randomUUID();
  return {
    id,
    key: `api:${id}`,
    account: 'local',
    title: 'Fix the login page',
    source: 'github',
    workspace: { type: 'github', repository: REPOSITORY, ref: { kind: 'branch', base: 'main' } },
    thread: THREAD,
    ...change,
  };
}

/** A session of a pull request, of the same repository or of a fork. */
export function pullSession(fork: boolean): NewSession {
  return issueSession({
    workspace: {
      type: 'github',
      repository: REPOSITORY,
      ref: {
        kind: 'pull',
        number: 12,
        headRef: 'feature',
        headSha: SHA,
        baseRef: 'main',
        baseSha: TREE,
        fork,
      },
    },
    thread: { ...THREAD, isPullRequest: true, headSha: SHA },
  });
}

export function requestOf(text: string, options: TaskOptionsInput = {}, triggerId?: string): TaskRequest {
  return {
    triggerId: triggerId ?? `test:${crypto.randomUUID()}`,
    source: 'github',
    requester: { login: 'mona', id: 1, name: 'Mona', email: null },
    request: text,
    context: null,
    options: taskOptionsSchema.parse(options),
  };
}
