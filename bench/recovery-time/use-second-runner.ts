import { join } from 'node:path';
import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { startRunner } from '../../local/stack/parts.ts';
import { createRunnerAnswerSchema } from '../../protocol/http.ts';

const STOP_GRACE_MS = 20_000;

/** A second runner of the same account, with a data folder of its own, for as long as `use` runs. */
export async function useSecondRunner<T>(
  { stack, github, model }: DemoWorld,
  use: () => Promise<T>,
): Promise<T> {
  const body = { name: 'another machine', account: `github:${github.ownerId}` };
  const { credential } = await stack.api.post('/api/runners', body, createRunnerAnswerSchema);
  const home = join(stack.dataDir, 'another-claude');
  const runner = await startRunner(
    {
      controlUrl: stack.url,
      dataDir: join(stack.dataDir, 'another-runner'),
      logFile: join(stack.dataDir, 'logs', 'another-runner.log'),
      capacity: 2,
      folders: [],
      claudeEnvironment: {
        HOME: home,
        CLAUDE_CONFIG_DIR: home,
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: 'benchmark',
      },
    },
    credential,
  );
  try {
    return await use();
  } finally {
    await runner.stop(STOP_GRACE_MS);
  }
}
