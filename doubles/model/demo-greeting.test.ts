import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEFAULT_DEMO_FILES } from './demo-greeting.ts';
import type { ModelEndpoint } from './model-endpoint.ts';
import { startModelEndpoint } from './model-endpoint.ts';

const run = promisify(execFile);
const claude = createRequire(import.meta.url).resolve(
  `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/claude`,
);

let endpoint: ModelEndpoint;
let root: string;

beforeEach(async () => {
  endpoint = await startModelEndpoint();
  root = await mkdtemp(path.join(tmpdir(), 'signalbox-demo-model-'));
  await mkdir(path.join(root, 'repository', 'src'), { recursive: true });
  const files = {
    'README.md': '# Greeter\n',
    'package.json': '{ "name": "greeter", "type": "module" }\n',
    [DEFAULT_DEMO_FILES.sourcePath]: `${DEFAULT_DEMO_FILES.oldSource}\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(root, 'repository', name), content);
  }
});
afterEach(async () => {
  await endpoint.close();
  await rm(root, { recursive: true, maxRetries: 3 });
});

it('has the real Claude Code change a greeting, test it and sum up', async () => {
  const { stdout } = await run(
    claude,
    ['-p', 'Improve the greeting', '--permission-mode', 'acceptEdits', '--allowedTools', 'Bash'],
    {
      cwd: path.join(root, 'repository'),
      env: {
        PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
        HOME: root,
        CLAUDE_CONFIG_DIR: path.join(root, 'config'),
        CLAUDE_CODE_TMPDIR: root,
        ANTHROPIC_BASE_URL: endpoint.url,
        ANTHROPIC_API_KEY: 'test-key',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_MAX_RETRIES: '0',
      },
    },
  );
  expect(stdout).toContain('"stranger"');
  const source = await readFile(path.join(root, 'repository', DEFAULT_DEMO_FILES.sourcePath), 'utf8');
  expect(source).toBe(`${DEFAULT_DEMO_FILES.newSource}\n`);
  const last = JSON.stringify(endpoint.requests.at(-1)?.body?.messages.at(-1));
  expect(last).toMatch(/pass 2/);
  expect(endpoint.violations).toEqual([]);
});
