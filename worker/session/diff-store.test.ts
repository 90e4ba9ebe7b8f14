import { expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { TREE } from './testing/make-requests.ts';
import { captured } from './testing/runner-events.ts';
import { submitted } from './testing/test-session.ts';

const WEB = { repositoryId: 8, repository: 'acme/web' };
const OTHER = 'e'.repeat(40);
const patch = (text: string) => ({ text, bytes: text.length, cut: false });

const side = (tree: string, text: string): RunnerEvent => ({
  ...captured,
  ...WEB,
  type: 'repository.captured',
  tree,
  patch: patch(text),
});
const all = (name: string, webTree: string): RunnerEvent => ({
  ...captured,
  tree: name,
  patch: patch('own'),
  trees: [
    { repositoryId: 7, tree: TREE },
    { repositoryId: 8, tree: webTree },
  ],
});

it('shows what was changed in every repository, as it was captured together', async () => {
  const session = await submitted();
  const runner = await session.open(1);
  await runner.events(side(TREE, 'first'), all('1'.repeat(40), TREE));
  await runner.events(side(OTHER, 'second'), all('2'.repeat(40), OTHER));
  expect(await session.rpc.diff(1, null)).toMatchObject({
    tree: '2'.repeat(40),
    patch: { text: 'own' },
    repositories: [{ ...WEB, tree: OTHER, patch: { text: 'second' }, files: [{ path: 'a.txt' }] }],
  });
  // Half of a later capture is nothing that anybody can decide about.
  await runner.events(side('f'.repeat(40), 'third'));
  expect((await session.rpc.diff(1, null))?.repositories).toEqual([]);
});

it('shows no other repository where nothing was changed in it, and none beside a turn', async () => {
  const session = await submitted();
  const runner = await session.open(1);
  const turn = { ...captured, type: 'turn.captured', turn: 2, tree: TREE } as const;
  const { changed: _changed, ...told } = turn;
  await runner.events(told, { ...side(TREE, ''), changed: false } as RunnerEvent, all(OTHER, TREE));
  expect(await session.rpc.diff(1, null)).toMatchObject({ turns: [2], repositories: [] });
  expect(await session.rpc.diff(1, 2)).toMatchObject({ turn: 2, tree: TREE, repositories: [] });
  expect(await session.rpc.diff(1, 3)).toBeNull();
});
