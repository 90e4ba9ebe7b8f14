import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import { sessionIdOf } from '../../../protocol/ids.ts';
import type { GitHubThread, GitHubWrite } from '../../github-write.ts';
import { installationOf } from '../../http/durable-objects.ts';
import { FakeGitHub } from './fake-github.ts';

let lastId = 700_000;

/** An account with a GitHub of its own, and a session that asks for writes. */
export function writingAccount(changes: Partial<GitHubThread> = {}) {
  const github = new FakeGitHub().install();
  lastId += 1;
  const sessionId = sessionIdOf(`github:${lastId}#1`);
  const taskId = `${sessionId}.1`;
  const thread: GitHubThread = {
    installationId: lastId,
    repository: {
      id: lastId,
      owner: 'acme',
      name: 'shop',
      cloneUrl: 'https://github.test/acme/shop.git',
      htmlUrl: 'https://github.test/acme/shop',
      defaultBranch: 'main',
      private: true,
    },
    issueNumber: 1,
    isPullRequest: false,
    url: 'https://github.test/acme/shop/issues/1',
    headSha: null,
    ...changes,
  };
  const account = `github:${lastId}`;
  const installation = () => installationOf(env, account);
  return {
    account,
    github,
    thread,
    taskId,
    write: (write: GitHubWrite) => installation().write(account, sessionId, write),
    /** Rings the alarm until GitHub looks as wanted. */
    until: (check: () => void) =>
      vi.waitFor(
        async () => {
          await runDurableObjectAlarm(installation());
          check();
        },
        { timeout: 45_000, interval: 50 },
      ),
    /** What of the outbox has not been sent. */
    waiting: () =>
      runInDurableObject(installation(), (_instance, state) =>
        state.storage.sql
          .exec<{ key: string; parked: number }>("SELECT key, parked FROM outbox WHERE lane LIKE 'github:%'")
          .toArray(),
      ),
    known: (key: string) =>
      runInDurableObject(installation(), (_instance, state) => {
        const [row] = state.storage.sql
          .exec<{ body: string }>('SELECT body FROM written WHERE key = ?', key)
          .toArray();
        return row === undefined ? null : JSON.parse(row.body);
      }),
  };
}

export type WritingAccount = ReturnType<typeof writingAccount>;
