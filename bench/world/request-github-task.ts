import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { type CreateSessionBody, sessionAnswerSchema } from '../../protocol/http.ts';
import { OWNER, REPO } from './use-world.ts';

/** A task on a new branch of the world's repository, through the API. Returns the new session's id. */
export async function requestGithubTask({ stack, github }: DemoWorld, prompt: string): Promise<string> {
  const repository = {
    id: github.repositoryId(REPO),
    owner: OWNER,
    name: REPO,
    cloneUrl: github.cloneUrl(REPO),
    htmlUrl: `${github.url}/${OWNER}/${REPO}`,
    defaultBranch: 'main',
    private: true,
  };
  const body: CreateSessionBody = {
    workspace: { type: 'github', repository, ref: { kind: 'branch', base: 'main' } },
    prompt,
  };
  return (await stack.api.post('/api/sessions', body, sessionAnswerSchema)).session.id;
}
