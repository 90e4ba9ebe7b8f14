import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitHubDoubleOptions } from '../../doubles/github/options.ts';
import { type GitHubDouble, startGitHubDouble } from '../../doubles/github/start-github-double.ts';
import { type ModelEndpoint, startModelEndpoint } from '../../doubles/model/model-endpoint.ts';
import type { Script } from '../../doubles/model/script.ts';
import { DEFAULT_SCRIPTS } from '../../doubles/model/scripts.ts';
import { freePort } from '../stack/free-port.ts';
import { type Stack, startStack } from '../stack/start-stack.ts';

export type DemoWorld = {
  github: GitHubDouble;
  model: ModelEndpoint;
  stack: Stack;
  /** Does something on GitHub while its webhooks do not reach us. */
  whileUnreachable<T>(act: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
};

export type DemoWorldOptions = {
  dataDir: string;
  port?: number;
  github?: GitHubDoubleOptions;
  capacity?: number;
  /** Folders of this machine that tasks may work in. */
  folders?: readonly string[];
  /** Added to Claude Code's environment on the runner. */
  claudeEnvironment?: Record<string, string>;
  /** Who issues the tokens of GitHub Actions; GitHub when left out. */
  oidcIssuer?: string;
  /** Writes an hour that GitHub allows; github.com's when left out. */
  writesAnHour?: number;
  /** What the model can do, beyond the standard scripts. */
  scripts?: readonly Script[];
};

const BOT_NAME = 'signalbox';

/**
 * The whole product on this machine with both far sides replaced: GitHub by a double with real git, the model by
 * a scripted endpoint. Everything between them is the real thing.
 */
export async function startDemoWorld(options: DemoWorldOptions): Promise<DemoWorld> {
  const { dataDir } = options;
  const claudeConfig = join(dataDir, 'claude');
  await mkdir(claudeConfig, { recursive: true });
  const model = await startModelEndpoint({ scripts: [...(options.scripts ?? []), ...DEFAULT_SCRIPTS] });
  const github = await startGitHubDouble({
    ...options.github,
    app: { slug: BOT_NAME, ...options.github?.app },
  });
  const webhookSecret = randomBytes(24).toString('hex');
  const stopDoubles = async () => {
    await github.close();
    await model.close();
  };
  try {
    const stack = await startStack({
      dataDir,
      port: options.port,
      account: `github:${github.ownerId}`,
      botName: BOT_NAME,
      github: {
        appId: String(github.app.id),
        privateKey: github.app.privateKey,
        webhookSecret,
        apiUrl: github.url,
        imageUrl: github.imageUrl,
        signIn: {
          clientId: github.app.clientId,
          clientSecret: github.app.clientSecret,
          webUrl: github.url,
        },
        oidcIssuer: options.oidcIssuer,
        writesAnHour: options.writesAnHour,
      },
      runner: {
        capacity: options.capacity ?? 2,
        folders: options.folders ?? [],
        claudeEnvironment: {
          HOME: claudeConfig,
          CLAUDE_CONFIG_DIR: claudeConfig,
          ANTHROPIC_BASE_URL: model.url,
          ANTHROPIC_API_KEY: 'demonstration',
          ...options.claudeEnvironment,
        },
      },
    });
    const target = { url: `${stack.url}/api/github/webhooks`, secret: webhookSecret };
    github.setWebhookTarget(target);
    const whileUnreachable = async <T>(act: () => Promise<T>): Promise<T> => {
      github.setWebhookTarget({ ...target, url: await unusedAddress() });
      try {
        return await act();
      } finally {
        github.setWebhookTarget(target);
      }
    };
    const stop = async () => {
      await stack.stop();
      await stopDoubles();
    };
    return { github, model, stack, whileUnreachable, stop };
  } catch (error) {
    await stopDoubles();
    throw error;
  }
}

/** Nothing listens there: a webhook sent to it fails at once, as with a Worker that is away. */
async function unusedAddress(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}/`;
}
