import { z } from 'zod';
import type { Octokit } from './probot.ts';
import type { Trigger } from './read-payload.ts';

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

const goneSchema = z.object({ status: z.union([z.literal(404), z.literal(410), z.literal(301)]) });

/** `GET /repos/{owner}/{repo}/issues/{number}` of each, side by side. Those that are not there are left out. */
export async function readLinked(
  octokit: Octokit,
  { thread, createdAt }: Trigger,
  numbers: readonly number[],
): Promise<LinkedIssue[]> {
  const { owner, name: repo } = thread.repository;
  const found = await Promise.all(
    numbers.map(async (number) => {
      try {
        const { data } = await octokit.rest.issues.get({ owner, repo, issue_number: number });
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
