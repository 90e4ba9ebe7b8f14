import { render } from 'preact';
import { afterEach, expect, it } from 'vitest';
import type { TaskRepository } from '../../protocol/task.ts';
import { RepositoriesPanel } from './repositories.tsx';

afterEach(() => render(null, document.body));

const WEB: TaskRepository = {
  id: 8,
  repository: 'acme/web',
  access: 'write',
  branch: 'signalbox/trains-abc123',
  changes: { files: 1, insertions: 2, deletions: 1 },
  commitSha: null,
  pullRequest: null,
  rescueRef: null,
};

function shown(...repositories: TaskRepository[]): (string | undefined)[] {
  render(<RepositoriesPanel repositories={repositories} />, document.body);
  return [...document.querySelectorAll('li')].map((item) => item.textContent?.replace(/\s+/g, ' ').trim());
}

it('says of each repository what was done in it and where that is', () => {
  const design: TaskRepository = { ...WEB, id: 9, repository: 'acme/design', access: 'read', changes: null };
  expect(
    shown(
      WEB,
      design,
      { ...WEB, id: 10, changes: null },
      { ...WEB, id: 11, commitSha: 'a'.repeat(40) },
      { ...WEB, id: 12, rescueRef: 'refs/signalbox/rescue/x/1' },
    ),
  ).toEqual([
    'acme/web 1 file changed, +2 −1',
    'acme/design read only',
    'acme/web unchanged so far',
    'acme/web 1 file changed, +2 −1 signalbox/trains-abc123',
    'acme/web 1 file changed, +2 −1 Unpublished work is kept on the runner under refs/signalbox/rescue/x/1.',
  ]);
});

it('links to the pull request of each', () => {
  const url = 'https://github.test/acme/web/pull/3';
  shown({ ...WEB, commitSha: 'a'.repeat(40), pullRequest: { number: 3, url } });
  const link = document.querySelector('a');
  expect([link?.textContent, link?.href]).toEqual(['Pull request #3', url]);
});
