import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completeLock, type Lock } from './complete-lockfile.ts';

const lockOf = (packages: Lock['packages']): Lock => ({ lockfileVersion: 3, packages });

describe('a lock file', () => {
  it('gets back the builds for other platforms that a package names', () => {
    const parent = {
      version: '2.0.0',
      dev: true,
      optionalDependencies: { '@x/tool-darwin-arm64': '2.0.0', '@x/tool-linux-x64-musl': '2.0.0' },
    };
    const { lock, added } = completeLock(lockOf({ '': {}, 'node_modules/tool': parent }));
    expect(added).toEqual(['@x/tool-darwin-arm64@2.0.0', '@x/tool-linux-x64-musl@2.0.0']);
    expect(lock.packages).toEqual({
      '': {},
      'node_modules/@x/tool-darwin-arm64': {
        version: '2.0.0',
        cpu: ['arm64'],
        dev: true,
        optional: true,
        os: ['darwin'],
      },
      'node_modules/@x/tool-linux-x64-musl': {
        version: '2.0.0',
        cpu: ['x64'],
        dev: true,
        libc: ['musl'],
        optional: true,
        os: ['linux'],
      },
      'node_modules/tool': parent,
    });
    expect(Object.keys(lock.packages)).toEqual(Object.keys(lock.packages).toSorted());
  });

  it('keeps builds that are there, also beside or above their parent', () => {
    const packages = {
      'node_modules/a': {
        version: '1.0.0',
        optionalDependencies: { 'b-linux-x64': '1.0.0', 'c-linux-x64': '1.0.0' },
      },
      'node_modules/a/node_modules/b-linux-x64': { version: '1.0.0' },
      'node_modules/c-linux-x64': { version: '1.0.0' },
    };
    expect(completeLock(lockOf(packages))).toEqual({ lock: lockOf(packages), added: [] });
  });

  it('leaves to npm what is no build for one platform', () => {
    const parent = {
      version: '1.0.0',
      optionalDependencies: { fsevents: '~2.3.2', 'x-linux-x64': '^1.0.0' },
    };
    expect(completeLock(lockOf({ 'node_modules/a': parent })).added).toEqual([]);
  });

  it('of this project is complete', () => {
    const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
    expect(completeLock(lock).added).toEqual([]);
  });
});
