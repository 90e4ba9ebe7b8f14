import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Description, descriptionSchema, operationsOf } from './load-description.ts';
import { makeFiles } from './make-files.ts';

const root = resolve(import.meta.dirname, '../..');
const PRINT_DEADLINE_MS = 60_000;

let text: string;
let description: Description;

beforeAll(() => {
  // In a process of its own: the Worker's modules are loaded as Node loads them, without the test runner's ways.
  text = execFileSync(process.execPath, [resolve(root, 'scripts/describe.ts'), '--print'], {
    encoding: 'utf8',
    timeout: PRINT_DEADLINE_MS,
    maxBuffer: 50_000_000,
  });
  description = descriptionSchema.parse(JSON.parse(text));
});

describe("the API's description", () => {
  it('has nothing that the recommended rules of a public linter find fault with, its examples included', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      rules: {
        // A socket answers with 101.
        'operation-2xx-response': 'off',
        // The catalogue of problems is whole: 405 belongs to no operation.
        'no-unused-components': 'off',
      },
    });
    const found = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
    expect(found.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it('shows an example of each body and each JSON answer', () => {
    const bare = operationsOf(description).flatMap(({ operation }) => {
      const answers = Object.entries(operation.responses).flatMap(([status, response]) =>
        'content' in response && status.startsWith('2') ? [response.content?.['application/json']] : [],
      );
      const all = [operation.requestBody?.content['application/json'], ...answers];
      const isRaw = operation.security.some((way) => 'signature' in way);
      const lacks = all.some((content) => content !== undefined && content.example === undefined);
      return lacks && !isRaw ? operation.operationId : [];
    });
    expect(bare).toEqual([]);
  });

  it('describes each parameter of each path', () => {
    const wrong = operationsOf(description).flatMap(({ path, operation }) => {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = operation.parameters.flatMap((one) =>
        'in' in one && one.in === 'path' ? one.name : [],
      );
      return JSON.stringify(named) === JSON.stringify(described) ? [] : `${path}: ${described}`;
    });
    expect(wrong).toEqual([]);
  });
});

describe('what is made of the description', () => {
  it('is as `npm run describe` would write it now', () => {
    const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
    const stale = makeFiles(description, read).filter(([path, made]) => read(path) !== made);
    expect(stale.map(([path]) => path)).toEqual([]);
  });
});

it('names every problem that the Worker throws with the status that the catalogue gives its code', () => {
  const thrown = execFileSync(
    'git',
    ['grep', '-hzoP', String.raw`new ProblemError\(\s*\d{3},\s*'\w+'`, '--', 'worker'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const known = new Map(
    Object.values(description.components.examples).map(({ value }) => [value.code, value.status]),
  );
  const pairs = [...thrown.matchAll(/(\d{3}),\s*'(\w+)'/g)].map(([, status, code = '']) => [
    code,
    Number(status),
  ]);
  expect(pairs.length).toBeGreaterThan(20);
  expect(pairs.filter(([code, status]) => known.get(String(code)) !== status)).toEqual([]);
});
