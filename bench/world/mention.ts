import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import { AUTHOR, REPO } from './use-world.ts';

export type Mention = {
  sessionId: string;
  /** When the webhook was about to be sent, and when its 202 was there: ms of `performance.now()`. */
  sentAtMs: number;
  acceptedAtMs: number;
};

/** Somebody opens an issue that asks for something. @throws Error when the webhook is not answered with 202. */
export async function mention({ github }: DemoWorld, request: string): Promise<Mention> {
  const sentAtMs = performance.now();
  const { number, deliveries } = await github.openIssue({
    repo: REPO,
    author: AUTHOR,
    title: 'A question about the greeting',
    body: `@signalbox please ${request}`,
  });
  const acceptedAtMs = performance.now();
  const status = deliveries[0]?.status;
  if (status !== 202) throw new Error(`The webhook was answered with ${status}.`);
  const sessionId = sessionIdOf(githubConversationKey(github.repositoryId(REPO), number));
  return { sessionId, sentAtMs, acceptedAtMs };
}
