import type { Config } from '../config.ts';
import type { GitHubApp } from '../github/probot.ts';
import type { Logger } from '../logger.ts';
import { GitTokens } from './git-tokens.ts';
import type { InstallationMetrics } from './installation-metrics.ts';
import { PushAccess } from './push-access.ts';

/** The installation's tokens for git, on the account's own storage. */
export function openPushAccess(deps: {
  sql: SqlStorage;
  config: Config;
  app: () => Promise<GitHubApp>;
  metrics: InstallationMetrics;
  logger: Logger;
  wakeAt: (atMs: number) => void;
}): PushAccess {
  const { sql, config, app, metrics, logger, wakeAt } = deps;
  const now = () => Date.now();
  const tokens = new GitTokens({ app, apiUrl: config.githubServer.apiUrl, now, metrics });
  return new PushAccess({ sql, tokens, secret: config.secret, logger, now, wakeAt });
}
