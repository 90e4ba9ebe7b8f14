import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import type { GitHubAppSettings } from '../stack/parts.ts';

const REQUEST_DEADLINE_MS = 10_000;

/**
 * The account on which the App is installed: this machine's runner works for it.
 *
 * @returns an account key, `github:<account id>`.
 * @throws Error when the App is installed nowhere, or on several accounts and none is named by `GITHUB_ACCOUNT`.
 */
export async function findAccount(
  app: GitHubAppSettings,
  wanted = process.env.GITHUB_ACCOUNT,
): Promise<string> {
  const octokit = new Octokit({
    authStrategy: createAppAuth,
    auth: { appId: app.appId, privateKey: app.privateKey },
    ...(app.apiUrl === null ? {} : { baseUrl: app.apiUrl }),
    request: { signal: AbortSignal.timeout(REQUEST_DEADLINE_MS) },
  });
  const { data } = await octokit.rest.apps.listInstallations({ per_page: 100 });
  const accounts = data.flatMap(({ account }) => (account === null ? [] : [account]));
  const names = accounts.map(({ login }) => login);
  const fitting = wanted === undefined ? accounts : accounts.filter(({ login }) => login === wanted);
  const [only, ...others] = fitting;
  if (only === undefined) {
    const where = names.length === 0 ? 'no account' : names.join(', ');
    throw new Error(
      `The GitHub App is installed on ${where}${wanted ? `, not on ${wanted}` : ''}. Install it first.`,
    );
  }
  if (others.length > 0)
    throw new Error(`Say for whom this runner works: GITHUB_ACCOUNT=${names.join(' or ')}`);
  return `github:${only.id}`;
}
