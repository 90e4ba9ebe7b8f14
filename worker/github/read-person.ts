import { z } from 'zod';
import { fetchWithDeadline } from './fetch-with-deadline.ts';
import { type AskGitHub, GitHubAnswerError } from './read-person-access.ts';
import type { SignInConfig, UserTokens } from './user-tokens.ts';

const personSchema = z.object({ id: z.int().positive(), login: z.string().min(1).max(100) });

/** Whose tokens they are. @throws GitHubAnswerError */
export async function readPerson(
  config: SignInConfig,
  tokens: UserTokens,
): Promise<{ id: number; login: string }> {
  const { status, body } = await askAs(config, tokens)('/user');
  if (status !== 200) throw new GitHubAnswerError('/user', status);
  return personSchema.parse(body);
}

/** Asks GitHub's REST API in a person's name. */
export function askAs({ apiUrl }: SignInConfig, { accessToken }: UserTokens): AskGitHub {
  return async (path) => {
    const response = await fetchWithDeadline(`${apiUrl}${path}`, {
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${accessToken}`,
        'user-agent': 'signalbox',
        'x-github-api-version': '2022-11-28',
      },
    });
    const text = await response.text();
    return { status: response.status, body: response.status === 200 ? JSON.parse(text) : null };
  };
}
