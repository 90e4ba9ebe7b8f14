import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { githubConversationKey, sessionIdOf } from '../../../protocol/ids.ts';
import { installationOf, sessionOf } from '../../http/durable-objects.ts';
import type { FakeGitHub } from './fake-github.ts';
import { ended, sendWebhook } from './send-webhook.ts';
import { examplePayload } from './webhook-examples.ts';

/**
 * Makes repositories that no other test knows, each of an account and an installation of its own.
 *
 * @param first number that, with those after it, is one file's alone
 */
export function repositoriesFrom(github: FakeGitHub, first: number) {
  let lastId = first;
  /** @param settings of the repository's own file; it has none where they are left out */
  return (settings?: string) => {
    lastId += 1;
    const id = lastId;
    const repo = `shop-${id}`;
    const account = `github:${id}` as const;
    if (settings !== undefined) github.settings.set(repo, settings);
    const send = async (event: string, action: string, patch: Record<string, unknown> = {}) => {
      const delivery = crypto.randomUUID();
      const payload = examplePayload(event, action, {
        ...patch,
        repository: { id, name: repo, owner: { id } },
        installation: { id },
      });
      expect((await sendWebhook(delivery, event, payload)).status).toBe(202);
      return ended(account, delivery);
    };
    const session = (number: number) => sessionOf(env, sessionIdOf(githubConversationKey(id, number)));
    /** Check runs of commits without a task that wait to be written. */
    const unsent = () =>
      runInDurableObject(installationOf(env, account), (_instance, state) =>
        state.storage.sql.exec("SELECT key FROM outbox WHERE key LIKE 'unasked:%'").toArray(),
      );
    return { repo, account, send, session, unsent };
  };
}
