import { z } from 'zod';
import type { Octokit } from './probot.ts';
import type { Trigger } from './read-payload.ts';
import { inRepository } from './write-target.ts';

/** An issue or pull request that the conversation names. */
export type LinkedIssue = {
  number: number;
  /** Null: it was changed after the request, so that what it said then is not known. */
  said: { title: string; author: string; text: string; state: string } | null;
};

/** Most that are read: each costs a request. */
const MAX_LINKED = 3;

/** GitHub's keywords, and in a request any issue that it names. */
const CLOSES =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?<where>[\w.-]+\/[\w.-]+)?#(?<number>[1-9]\d{0,8})\b/gi;
const NAMES = /(?<![\w/&#])(?<where>[\w.-]+\/[\w.-]+)?#(?<number>[1-9]\d{0,8})\b/g;

/**
 * The issues of the same repository that the request names, and those that the first post says it closes.
 *
 * @param request what was asked, without its options
 */
export function findLinked(trigger: Trigger, request: string): number[] {
  const { repository, issueNumber } = trigger.thread;
  const own = `${repository.owner}/${repository.name}`.toLowerCase();
  const found = [...request.matchAll(NAMES), ...(trigger.opening?.text ?? '').matchAll(CLOSES)]
    .filter(({ groups }) => groups?.where === undefined || groups.where.toLowerCase() === own)
    .map(({ groups }) => Number(groups?.number));
  return [...new Set(found)].filter((number) => number !== issueNumber).slice(0, MAX_LINKED);
}

/**
 * REST knows nothing of links. Only those that somebody made by hand, which takes the right to push: links of words in
 * the pull request follow its text as it is now, and count as they were at the trigger (`findLinked`).
 */
const LINKED = `query($owner: String!, $repo: String!, $number: Int!, $first: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      closingIssuesReferences(first: $first, userLinkedOnly: true) { nodes { number repository { databaseId } } }
    }
  }
}`;

const linkedSchema = z.object({
  repository: z.object({
    pullRequest: z.object({
      closingIssuesReferences: z.object({
        nodes: z.array(
          // Null: an issue of a repository that the App may not see.
          z.object({ number: z.int(), repository: z.object({ databaseId: z.int() }) }).nullable(),
        ),
      }),
    }),
  }),
});

/** Issues of the same repository that somebody has linked to the pull request. */
async function readLinkedByHand(octokit: Octokit, { thread }: Pick<Trigger, 'thread'>): Promise<number[]> {
  const answer: unknown = await octokit.graphql(LINKED, {
    ...inRepository(thread),
    number: thread.issueNumber,
    first: MAX_LINKED,
  });
  const { nodes } = linkedSchema.parse(answer).repository.pullRequest.closingIssuesReferences;
  return nodes.flatMap((node) => (node?.repository.databaseId === thread.repository.id ? [node.number] : []));
}

const goneSchema = z.object({ status: z.union([z.literal(404), z.literal(410), z.literal(301)]) });

/**
 * The issues that are named in words, and those that are linked to the pull request by hand: of each
 * `GET /repos/{owner}/{repo}/issues/{number}`, side by side. Those that are not there are left out.
 */
export async function readLinked(
  octokit: Octokit,
  trigger: Trigger,
  named: readonly number[],
): Promise<LinkedIssue[]> {
  const { thread, createdAt } = trigger;
  // Where the links can't be had, the words are there.
  const linked = thread.isPullRequest ? await readLinkedByHand(octokit, trigger).catch(() => []) : [];
  const numbers = [...new Set([...named, ...linked])].slice(0, MAX_LINKED);
  const found = await Promise.all(
    numbers.map(async (number) => {
      try {
        const { data } = await octokit.rest.issues.get({ ...inRepository(thread), issue_number: number });
        return [linkedOf(data, createdAt)];
      } catch (error) {
        if (goneSchema.safeParse(error).success) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

type IssueAnswer = {
  number: number;
  title: string;
  body?: string | null | undefined;
  state: string;
  updated_at: string;
  user: { login: string } | null;
};

function linkedOf(
  { number, title, body, state, updated_at, user }: IssueAnswer,
  triggeredAt: number,
): LinkedIssue {
  if (Date.parse(updated_at) >= triggeredAt) return { number, said: null };
  return { number, said: { title, author: user?.login ?? 'ghost', text: body ?? '', state } };
}
