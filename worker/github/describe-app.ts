import type { AppDescription } from '../setup/setup-facts.ts';
import type { Octokit } from './probot.ts';

/** An App of one's own is installed in a few places; more are not shown. */
const MAX_INSTALLATIONS = 30;

/** What GitHub says of the App and where it is installed. @throws when GitHub refuses or does not answer */
export async function describeApp(octokit: Octokit): Promise<AppDescription> {
  const [{ data: app }, { data: installations }] = await Promise.all([
    octokit.rest.apps.getAuthenticated(),
    octokit.rest.apps.listInstallations({ per_page: MAX_INSTALLATIONS }),
  ]);
  return {
    slug: app?.slug ?? '',
    htmlUrl: app?.html_url ?? '',
    installations: installations.flatMap(({ id, account, suspended_at }) =>
      account === null
        ? []
        : [
            {
              id,
              account: `github:${account.id}` as const,
              login: account.login,
              suspended: suspended_at !== null,
            },
          ],
    ),
  };
}
