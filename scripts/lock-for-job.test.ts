import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { lockFor, readLock } from './lock-for-job.ts';

const lock = await readLock(resolve(import.meta.dirname, '../package-lock.json'));
const packagesSchema = z.record(z.string(), z.looseObject({ integrity: z.string().optional() }));
const pathsOf = (made: Record<string, unknown>) => packagesSchema.parse(made.packages);

it('locks what is asked for with what it needs, by checksum, and nothing else', () => {
  const made = lockFor(lock, ['@anthropic-ai/claude-agent-sdk', '@anthropic-ai/sandbox-runtime']);
  const { '': root, ...packages } = pathsOf(made.lock);
  expect(root).toMatchObject({ dependencies: made.manifest.dependencies });
  expect(Object.keys(packages)).toEqual(
    expect.arrayContaining([
      'node_modules/@anthropic-ai/claude-agent-sdk',
      'node_modules/@anthropic-ai/claude-agent-sdk-linux-x64',
      'node_modules/@anthropic-ai/sandbox-runtime/node_modules/zod',
    ]),
  );
  expect(Object.keys(packages).length).toBeLessThan(30);
  for (const [path, { integrity }] of Object.entries(packages)) expect(integrity, path).toMatch(/^sha512-/);
});

it('finds a package beside its user before one further up, and says what is not locked', () => {
  const small = {
    lockfileVersion: 3 as const,
    packages: {
      '': { version: '1.0.0' },
      'node_modules/a': { version: '1.0.0', dependencies: { b: '2' } },
      'node_modules/b': { version: '1.0.0' },
      'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '1' } },
      'node_modules/c': { version: '1.0.0' },
    },
  };
  expect(Object.keys(pathsOf(lockFor(small, ['a']).lock))).toEqual([
    '',
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
  ]);
  expect(() => lockFor(small, ['d'])).toThrow('d, which the runner needs, is not in the lock file.');
});
