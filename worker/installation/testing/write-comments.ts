import { env } from 'cloudflare:workers';
import { githubConversationKey, sessionIdOf } from '../../../protocol/ids.ts';
import { sessionOf } from '../../http/durable-objects.ts';
import { examplePayload } from './webhook-examples.ts';

/**
 * Writes comments, each in a repository, an installation and an account that no other test knows.
 *
 * @param first number that, with those after it, is one file's alone
 */
export function commentsFrom(first: number) {
  let lastId = first;
  return (body: string, more: Record<string, unknown> = {}) => {
    lastId += 1;
    const repo = `shop-${lastId}`;
    const payload = examplePayload('issue_comment', 'created', {
      comment: { body, ...more },
      repository: { id: lastId, name: repo, owner: { id: lastId } },
      installation: { id: lastId },
    });
    return {
      payload,
      repo,
      installationId: lastId,
      account: `github:${lastId}`,
      session: sessionOf(env, sessionIdOf(githubConversationKey(lastId, 1))),
      delivery: crypto.randomUUID(),
    };
  };
}
