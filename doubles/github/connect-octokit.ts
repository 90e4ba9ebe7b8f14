import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import type { GitHubDouble } from './start-github-double.ts';

/** A client with the App's JWT and, for repositories, an installation token: as the product's own. */
export function connectOctokit(github: GitHubDouble): Octokit {
  return new Octokit({
    baseUrl: github.url,
    userAgent: 'github-double-tests',
    authStrategy: createAppAuth,
    auth: {
      appId: github.app.id,
      privateKey: github.app.privateKey,
      installationId: github.app.installationId,
    },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
}

/** A client with one given token. */
export const connectWithToken = (github: GitHubDouble, token: string): Octokit =>
  new Octokit({
    baseUrl: github.url,
    userAgent: 'github-double-tests',
    auth: token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });

/** Mints an installation token, narrowed as asked. */
export async function mintToken(
  github: GitHubDouble,
  narrowed: { repositories?: string[]; permissions?: Record<string, 'read' | 'write'> } = {},
): Promise<string> {
  const { data } = await connectOctokit(github).rest.apps.createInstallationAccessToken({
    installation_id: github.app.installationId,
    ...narrowed,
  });
  return data.token;
}
