import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { loadEnvSchema } from './load-env-schema.ts';
import { writeConfiguration } from './write-configuration.ts';

const root = resolve(import.meta.dirname, '../..');

it('the page of settings says what their schemas say; "node scripts/write-configuration.ts" writes it', async () => {
  const written = readFileSync(resolve(root, 'docs/configuration.md'), 'utf8');
  expect(written).toBe(writeConfiguration(await loadEnvSchema()));
});

it('the page of settings describes every one of them', async () => {
  const rows = writeConfiguration(await loadEnvSchema())
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((row) => /^\| `[^`]+` \| +\|/.test(row))).toEqual([]);
});
