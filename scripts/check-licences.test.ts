import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { unknownLicences } from './check-licences.ts';

it('every production dependency has a permissive licence, or terms that are argued', () => {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
  expect(unknownLicences(lock)).toEqual([]);
});

it('a licence that asks for more, or none, is named', () => {
  const packages = {
    'node_modules/a': { license: 'GPL-3.0-only' },
    'node_modules/b': {},
    'node_modules/c': { license: '(BSD-3-Clause OR GPL-2.0)' },
    'node_modules/d': { license: 'MIT AND GPL-2.0' },
    'node_modules/e': { license: 'GPL-3.0-only', dev: true },
  };
  expect(unknownLicences({ packages })).toEqual([
    'node_modules/a: GPL-3.0-only',
    'node_modules/b: none named',
    'node_modules/d: MIT AND GPL-2.0',
  ]);
});
