import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

type Named = { file: string; titles: string[] };

/** The tests that a table row names: `file`: title · another title of the same file · `another file`. */
function testsOf(row: string): Named[] {
  const shownBy = row.split('|').at(-2)?.trim() ?? '';
  const named: Named[] = [];
  for (const part of shownBy.split(' · ')) {
    const [, file, title = null] = /^`([^`]+\.test\.tsx?)`(?::\s+(.+))?$/.exec(part) ?? [];
    if (file !== undefined) named.push({ file, titles: title === null ? [] : [title] });
    else named.at(-1)?.titles.push(part);
  }
  return named;
}

const rows = readFileSync(join(root, 'docs/security.md'), 'utf8')
  .split('## Threats')[1]
  ?.split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:threat|---)/.test(line));

/** As a title stands in a source: with the quotes of its text escaped or not. */
function hasTitle(source: string, title: string): boolean {
  const plain = source.replaceAll("\\'", "'").replaceAll('’', "'");
  const start = title.replaceAll('’', "'");
  // What a table of cases adds to a title stands behind a colon.
  const ends = (quote: string) => [quote, ': %', ' %'];
  return ["'", '"', '`'].some((quote) => ends(quote).some((end) => plain.includes(`${quote}${start}${end}`)));
}

describe('docs/security.md', () => {
  it('has rows, and each names a test or says that there is none', () => {
    expect(rows?.length).toBeGreaterThan(30);
    const silent = rows?.filter((row) => testsOf(row).length === 0 && !/\| none: .+ \|$/.test(row));
    expect(silent).toEqual([]);
  });

  it.each(rows?.flatMap(testsOf) ?? [])('names tests that exist: $file', ({ file, titles }) => {
    expect(existsSync(join(root, file))).toBe(true);
    const source = readFileSync(join(root, file), 'utf8');
    expect(titles.filter((title) => !hasTitle(source, title))).toEqual([]);
  });
});
