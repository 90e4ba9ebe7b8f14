import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SideState } from '../../protocol/checkpoint.ts';
import { splitBundles } from './split-bundles.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-split-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sha = 'a'.repeat(40);
const state = (repositoryId: number, bundleBytes: number): SideState => ({
  ...{ repositoryId, branch: 'b', tip: sha, start: sha, work: sha, needs: [], bundleBytes },
});

it('takes a stored state apart: the first bundle, one of each other repository, the transcript', async () => {
  const file = join(folder, 'state');
  await writeFile(file, 'maintwo2three-transcript');
  const sides = [state(8, 4), state(9, 5)];
  const split = await splitBundles({ bundleBytes: 4, sides }, file);
  const texts = await Promise.all(
    [file, ...split.sides.map(({ bundle }) => bundle), split.transcript].map((path) =>
      readFile(path, 'utf8'),
    ),
  );
  expect(texts).toEqual(['main', 'two2', 'three', '-transcript']);
  expect(split.sides.map((side) => side.state)).toEqual(sides);
});

it('leaves nothing of a transcript where there is none', async () => {
  const file = join(folder, 'state');
  await writeFile(file, 'main');
  const { transcript, sides } = await splitBundles({ bundleBytes: 4 }, file);
  expect([await readFile(transcript, 'utf8'), sides]).toEqual(['', []]);
});
