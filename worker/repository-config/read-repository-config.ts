import { z } from 'zod';
import {
  MAX_REPOSITORY_CONFIG_BYTES,
  REPOSITORY_CONFIG_PATH,
  type RepositoryConfigState,
} from '../../protocol/repository-config.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { Octokit } from '../github/probot.ts';
import { parseRepositoryConfig, tooLong, wholeFile } from './parse-repository-config.ts';

/** GitHub's answer for a file; larger ones than 1 MB come without their content. */
const fileSchema = z.object({ type: z.literal('file'), size: z.int(), content: z.string() });

export type ConfigRead =
  | { status: 'unchanged' }
  | { status: 'read'; state: RepositoryConfigState; etag: string | null };

/**
 * `GET /repos/{owner}/{repo}/contents/{path}` at the head of the default branch, or at `ref`.
 *
 * @param etag of the state that is known; when it still holds, GitHub does not count the call
 * @throws what Octokit throws for anything but a file, no file, and an unchanged one
 */
export async function readRepositoryConfig(
  octokit: Octokit,
  { owner, name }: Pick<Repository, 'owner' | 'name'>,
  { etag = null, ref }: { etag?: string | null; ref?: string } = {},
): Promise<ConfigRead> {
  try {
    const { data, headers } = await octokit.rest.repos.getContent({
      owner,
      repo: name,
      path: REPOSITORY_CONFIG_PATH,
      ...(ref === undefined ? {} : { ref }),
      headers: etag === null ? {} : { 'if-none-match': etag },
    });
    return { status: 'read', state: stateOf(data), etag: headers.etag ?? null };
  } catch (error) {
    const { status } = z.object({ status: z.int() }).catch({ status: 0 }).parse(error);
    if (status === 304) return { status: 'unchanged' };
    if (status === 404) return { status: 'read', state: { status: 'none' }, etag: null };
    throw error;
  }
}

function stateOf(data: unknown): RepositoryConfigState {
  const file = fileSchema.safeParse(data);
  if (!file.success) return mistake('is not a file');
  if (file.data.size > MAX_REPOSITORY_CONFIG_BYTES) return mistake(tooLong(file.data.size));
  const bytes = Uint8Array.from(atob(file.data.content.replace(/\s/g, '')), (char) => char.charCodeAt(0));
  return parseRepositoryConfig(new TextDecoder().decode(bytes));
}

function mistake(message: string): RepositoryConfigState {
  return { status: 'invalid', mistakes: [wholeFile(message)] };
}
