import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** What product code of a folder may import from ours, besides itself. Tests may also use `doubles` and `local`. */
const ALLOWED: Record<string, readonly string[]> = {
  protocol: [],
  redact: [],
  worker: ['protocol', 'redact'],
  runner: ['protocol', 'redact'],
  action: ['protocol'],
  web: ['protocol'],
  doubles: ['protocol'],
  local: ['protocol', 'doubles'],
};

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/(?:from|import|import\()\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...found].map((match) => relative(root, resolve(dirname(file), match[1] ?? '')));
}

function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|(?:^|\/)testing\//.test(name))
    .map((name) => join(root, folder, name));
}

it.each(Object.entries(ALLOWED))('%s imports only what it may', (folder, allowed) => {
  const sources = sourcesOf(folder);
  expect(sources.length).toBeGreaterThan(0);
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .filter((target) => ![folder, ...allowed].includes(target.split('/')[0] ?? ''))
      .map((target) => `${relative(root, file)} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});
