import type { GitHubThread } from '../../github-write.ts';
import type { Octokit } from '../probot.ts';
import { inRepository } from '../write-target.ts';
import type { DiffFile } from './parse-patch.ts';

/**
 * What a pull request changes up to one commit of it, as GitHub shows it: from where the branches parted. GitHub names
 * 300 files at most.
 */
export async function readDiffFiles(
  octokit: Octokit,
  thread: GitHubThread,
  { base, head }: { base: string; head: string },
): Promise<DiffFile[]> {
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
    ...inRepository(thread),
    basehead: `${base}...${head}`,
  });
  return (data.files ?? []).map(({ filename, previous_filename, status, patch }) => ({
    path: filename,
    previousPath: previous_filename ?? null,
    status,
    patch,
  }));
}
