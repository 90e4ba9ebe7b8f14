import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../web/style');

/** A class that a sheet says something about by itself, not only inside of another. */
const OWN_CLASS = /^\.([a-z-]+)(?: \{|,$)/gm;

it('no two style sheets of the page name a class alike: those that come later would change the other page', async () => {
  const sheets = (await readdir(FOLDER)).filter((name) => name.endsWith('.css'));
  const homes = new Map<string, string[]>();
  for (const sheet of sheets) {
    const css = await readFile(join(FOLDER, sheet), 'utf8');
    const classes = new Set([...css.matchAll(OWN_CLASS)].map(([, name = '']) => name));
    for (const name of classes) homes.set(name, [...(homes.get(name) ?? []), sheet]);
  }
  expect(homes.size).toBeGreaterThan(50);
  expect([...homes].filter(([, { length }]) => length > 1)).toEqual([]);
});
