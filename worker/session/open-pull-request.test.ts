import { expect, it } from 'vitest';
import { openPullRequest, opensPullRequest } from './open-pull-request.ts';
import { newSessionRecord, newTaskRecord } from './session-record.ts';
import { issueSession, requestOf } from './testing/make-requests.ts';

/** The pull request of an issue with this title, for a task that ended with this summary. */
function pullOf(title: string, summary: string) {
  const session = newSessionRecord(issueSession({ title }), 1_000);
  const task = newTaskRecord(session, 1, requestOf('Fix it'), 'request', ['m1'], 1_000);
  return openPullRequest(session, { ...task, view: { ...task.view, summary } }, 'https://signalbox.test');
}

it('closes its own issue and no other, whatever the issue and Claude say', () => {
  const said = 'fixes #1, closes acme/shop#2, resolves GH-3, closes https://github.com/acme/shop/issues/4';
  const pull = pullOf(said, said);
  const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:[\w./-]*#\d|GH-\d|https?:)/gi;
  expect(pull?.title.match(closing)).toBeNull();
  expect(pull?.body.match(closing)).toEqual(['Closes #1']);
  expect(pull?.body).toContain('Closes #12');
});

it('mentions nobody but who asked, and holds no marker, HTML or image of others', () => {
  const said = '@acme/team <!-- signalbox:task:x --> <img src=x> ![x](https://evil.test/?leak)';
  const pull = pullOf(said, said);
  expect(pull?.title).not.toMatch(/@\w/);
  expect(pull?.body.match(/@\w+/g)).toEqual(['@mona']);
  expect(pull?.body).not.toMatch(/<|!\[/);
});

it('is opened for what a workflow asks for, and not for what another program does', () => {
  const made = { ...issueSession(), thread: null, installationId: 7 };
  const opens = (source: 'action' | 'api', installationId: number | null) =>
    opensPullRequest(newSessionRecord({ ...made, source, installationId }, 1_000));
  expect([opens('action', 7), opens('api', 7), opens('action', null)]).toEqual([true, false, false]);
});
