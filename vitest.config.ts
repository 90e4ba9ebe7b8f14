import { cloudflareTest } from '@cloudflare/vitest-plugin';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';

/** Real processes, git and the Claude Code CLI start slowly on a busy machine with two cores. */
const NODE_TEST_TIMEOUT_MS = 30_000;
const E2E_TEST_TIMEOUT_MS = 120_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['{protocol,runner,doubles,local,bench}/**/*.test.ts'],
          testTimeout: NODE_TEST_TIMEOUT_MS,
          hookTimeout: NODE_TEST_TIMEOUT_MS,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: {
          name: 'workers',
          include: ['worker/**/*.test.ts'],
          testTimeout: NODE_TEST_TIMEOUT_MS,
        },
      },
      {
        plugins: [preact()],
        test: {
          name: 'web',
          environment: 'happy-dom',
          include: ['web/**/*.test.{ts,tsx}'],
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['e2e/**/*.test.ts'],
          testTimeout: E2E_TEST_TIMEOUT_MS,
          hookTimeout: E2E_TEST_TIMEOUT_MS,
          fileParallelism: false,
        },
      },
    ],
  },
});
