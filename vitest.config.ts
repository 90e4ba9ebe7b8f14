import { generateKeyPairSync } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import preact from '@preact/preset-vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { readFuzzRuns } from './fuzz/runs.ts';
import { readAgreementSteps } from './worker/session/agreement/read-steps.ts';

/** Real processes, git and the Claude Code CLI start slowly on a busy machine with two cores. */
const NODE_TEST_TIMEOUT_MS = 180_000;
const E2E_TEST_TIMEOUT_MS = 240_000;

/** Tests start hundreds of processes of the same few programs: Node keeps what it has compiled of them. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules', '.cache', 'node');

/** In PKCS#1, as GitHub hands keys out. */
const { privateKey: TEST_APP_KEY } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

/** Secrets of the Worker under test. `worker/test-settings.ts` has the admin key that fits. */
const WORKER_TEST_BINDINGS = {
  SIGNALBOX_SECRET: 'test-only-secret-0123456789abcdefghijklmnopqrstuvwxyz',
  ADMIN_KEY_SHA256: '9eac37bf2c211d72cb867590ea269acdbad829da3ce2a462ecb9bedb561f3606',
  GITHUB_APP_ID: '4711',
  GITHUB_PRIVATE_KEY: TEST_APP_KEY,
  GITHUB_WEBHOOK_SECRET: 'test-only-webhook-secret',
  GITHUB_API_URL: 'https://api.github.test',
  GITHUB_CLIENT_ID: 'Iv23litest',
  GITHUB_CLIENT_SECRET: 'test-only-client-secret',
  GITHUB_WEB_URL: 'https://github.test',
  GITHUB_OIDC_ISSUER: 'https://oidc.github.test',
  METRICS_TOKEN: 'test-only-metrics-token-0123456789abcdefghijklmnop',
  // Tests are one caller in a hurry; those of the limits set their own.
  RATE_LIMIT_PER_KEY: '0',
  RATE_LIMIT_PER_NETWORK: '0',
  RATE_LIMIT_FAILURES: '0',
};

/** Tests that run in workerd with the Worker's bindings, and share one libSQL server. */
function workersProject(
  name: string,
  files: { include: string[]; exclude?: string[] },
): TestProjectInlineConfiguration {
  return {
    plugins: [
      cloudflareTest(({ inject }) => ({
        wrangler: { configPath: './wrangler.toml' },
        miniflare: {
          bindings: {
            ...WORKER_TEST_BINDINGS,
            LIBSQL_URL: inject<string>('libsqlUrl'),
            LIBSQL_AUTH_TOKEN: inject<string>('libsqlAuthToken'),
          },
        },
      })),
    ],
    test: {
      ...files,
      name,
      globalSetup: ['./scripts/start-test-record.ts'],
      testTimeout: NODE_TEST_TIMEOUT_MS,
      hookTimeout: NODE_TEST_TIMEOUT_MS,
    },
  };
}

export default defineConfig({
  test: {
    provide: { fuzz: readFuzzRuns(process.env), agreement: readAgreementSteps(process.env) },
    // Much of the time is spent waiting for processes, leases and sockets: one more than there are cores.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', './scripts/report-closing-line.ts'],
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: [
            '{protocol,redact,runner,action,doubles,local,bench,chaos,scripts}/**/*.test.ts',
            'worker/**/*.node.test.ts',
            'fuzz/{parsers,report}/**/*.test.ts',
          ],
          exclude: ['chaos/chaos.test.ts'],
          testTimeout: NODE_TEST_TIMEOUT_MS,
          hookTimeout: NODE_TEST_TIMEOUT_MS,
        },
      },
      workersProject('workers', { include: ['worker/**/*.test.ts'], exclude: ['**/*.node.test.ts'] }),
      // With a record of its own: what the Worker's tests leave there is no part of its worlds.
      workersProject('fuzz', { include: ['fuzz/worker/**/*.test.ts'] }),
      {
        plugins: [preact()],
        test: {
          name: 'web',
          environment: 'happy-dom',
          include: ['web/**/*.test.{ts,tsx}'],
          testTimeout: NODE_TEST_TIMEOUT_MS,
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['e2e/**/*.test.ts', 'chaos/chaos.test.ts'],
          testTimeout: E2E_TEST_TIMEOUT_MS,
          hookTimeout: E2E_TEST_TIMEOUT_MS,
        },
      },
    ],
  },
});
