import { expect, it } from 'vitest';
import type { Repository } from '../../protocol/workspace.ts';
import { withRepository } from './follow-repository.ts';
import { newSessionRecord } from './session-record.ts';
import { issueSession, pullSession, THREAD } from './testing/make-requests.ts';

const { repository } = THREAD;
const RENAMED: Repository = {
  ...repository,
  owner: 'new-owner',
  name: 'new-name',
  cloneUrl: 'https://github.test/new-owner/new-name.git',
  htmlUrl: 'https://github.test/new-owner/new-name',
  defaultBranch: 'trunk',
};

it('goes on under the new name, with the new address of its page and its clone', () => {
  const moved = withRepository(newSessionRecord(issueSession(), 1), RENAMED, null);
  expect(moved).toMatchObject({ workspace: { repository: RENAMED }, thread: { repository: RENAMED } });
  expect(moved.thread?.url).toBe(THREAD.url.replace(repository.htmlUrl, RENAMED.htmlUrl));
  expect(moved.workspace).toMatchObject({ ref: { base: 'main' } });
});

it('follows a default branch that was renamed, of issues as of pull requests', () => {
  const issue = withRepository(newSessionRecord(issueSession(), 1), RENAMED, 'main');
  const pull = withRepository(newSessionRecord(pullSession(false), 1), RENAMED, 'main');
  expect([issue.workspace, pull.workspace]).toMatchObject([
    { ref: { kind: 'branch', base: 'trunk' } },
    { ref: { kind: 'pull', baseRef: 'trunk' } },
  ]);
});

it('leaves a session alone that is about another repository', () => {
  const session = newSessionRecord(issueSession(), 1);
  expect(withRepository(session, { ...RENAMED, id: repository.id + 1 }, 'main')).toBe(session);
});
