import { describe, expect, it } from 'vitest';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { TRIGGER_EVENTS } from './handled-events.ts';
import { readPayload } from './read-payload.ts';

const HELLO_WORLD = {
  id: 186853002,
  owner: 'Codertocat',
  name: 'Hello-World',
  cloneUrl: 'https://github.com/Codertocat/Hello-World.git',
  htmlUrl: 'https://github.com/Codertocat/Hello-World',
  defaultBranch: 'master',
  private: false,
};
const CODERTOCAT = { login: 'Codertocat', id: 21031067, type: 'User' };

function triggerOf(event: (typeof TRIGGER_EVENTS)[number], patch = {}) {
  const [name = '', action = ''] = event.split('.');
  const read = readPayload('d1', event, examplePayload(name, action, patch));
  if (read.status !== 'trigger') throw new Error(read.reason);
  return read.trigger;
}

describe('readPayload', () => {
  it('reads a comment on an issue, with the issue as it was', () => {
    expect(triggerOf('issue_comment.created')).toEqual({
      kind: 'issue_comment',
      occasion: { type: 'written' },
      deliveryId: 'd1',
      triggerId: 'issue_comment:492700400',
      subjectId: 492700400,
      account: 'github:21031067',
      author: CODERTOCAT,
      text: "You are totally right! I'll get this fixed right away.",
      createdAt: Date.parse('2019-05-15T15:20:21Z'),
      thread: {
        installationId: 123,
        repository: HELLO_WORLD,
        issueNumber: 1,
        isPullRequest: false,
        url: 'https://github.com/Codertocat/Hello-World/issues/1',
        headSha: null,
      },
      title: 'Spelling error in the README file',
      opening: {
        author: 'Codertocat',
        text: "It looks like you accidently spelled 'commit' with two 't's.",
      },
      commentCount: 0,
      pull: null,
      where: null,
    });
  });

  it('reads an opened issue, which is its own request', () => {
    expect(triggerOf('issues.opened')).toMatchObject({
      kind: 'issue',
      triggerId: 'issue:444500041',
      opening: null,
      text: "It looks like you accidently spelled 'commit' with two 't's.",
    });
  });

  it('leaves the head of a pull request open where a comment does not name it', () => {
    const issue = { pull_request: { url: 'https://api.github.com/repos/Codertocat/Hello-World/pulls/1' } };
    const trigger = triggerOf('issue_comment.created', { issue });
    expect(trigger.thread).toMatchObject({ isPullRequest: true, headSha: null });
    expect(trigger.pull).toBeNull();
  });

  it('reads an opened pull request with its commits', () => {
    const trigger = triggerOf('pull_request.opened');
    expect(trigger).toMatchObject({ kind: 'pull_request', triggerId: 'pull_request:279147437' });
    expect(trigger.pull).toEqual({
      kind: 'pull',
      number: 2,
      headRef: 'changes',
      headSha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
      baseRef: 'master',
      baseSha: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
      fork: false,
    });
    expect(trigger.thread.headSha).toBe('ec26c3e57ca3a959ca5aad62de7213c562f8c821');
  });

  it('takes another repository, or none any more, for a fork', () => {
    for (const repo of [{ id: 1 }, null]) {
      const trigger = triggerOf('pull_request.opened', { pull_request: { head: { repo } } });
      expect(trigger.pull?.fork).toBe(true);
    }
  });

  it('reads a review, and one without words', () => {
    expect(triggerOf('pull_request_review.submitted')).toMatchObject({
      kind: 'review',
      triggerId: 'review:237895671',
      text: '',
    });
  });

  it('reads a review comment with file, line and lines', () => {
    const comment = { line: 7, body: 'hello' };
    expect(triggerOf('pull_request_review_comment.created', { comment })).toMatchObject({
      kind: 'review_comment',
      text: 'hello',
      where: { path: 'README.md', line: 7, hunk: '@@ -1 +1 @@\n-# Hello-World' },
      opening: { author: 'Codertocat' },
    });
  });

  it('ignores what a deleted user wrote', () => {
    const payload = examplePayload('issue_comment', 'created', { comment: { user: null } });
    expect(readPayload('d1', 'issue_comment.created', payload)).toEqual({
      status: 'ignored',
      reason: 'the author is unknown',
    });
  });

  it('names what does not fit', () => {
    const payload = examplePayload('issues', 'opened', { repository: { default_branch: '--upload-pack=x' } });
    expect(readPayload('d1', 'issues.opened', payload)).toEqual({
      status: 'invalid',
      reason: 'The payload does not fit: repository.default_branch: not a valid branch name',
    });
  });

  it.each(TRIGGER_EVENTS)('reads the published example of %s', (event) => {
    expect(triggerOf(event).triggerId).toMatch(/^[a-z_]+:\d+(?::\d+:\d+)?$/);
  });
});
