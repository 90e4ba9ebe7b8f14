import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { FakeGitHub } from './testing/fake-github.ts';
import { repositoriesFrom } from './testing/own-repository.ts';
import { examplePayload } from './testing/webhook-examples.ts';

const github = new FakeGitHub().install();
const repository = repositoriesFrom(github, 940_000);

const label = { label: { name: 'signalbox' } };

describe('a mention', () => {
  const body = '@signalbox look at it';

  it.each([
    ['an opened issue', 'issues', 'opened', { issue: { body } }, 1],
    ['an opened pull request', 'pull_request', 'opened', { pull_request: { body } }, 2],
    ['the text of a review', 'pull_request_review', 'submitted', { review: { body } }, 2],
  ])('in %s becomes a task', async (_what, event, action, patch, number) => {
    const { send, session } = repository();
    const end = await send(event, action, patch);
    expect(end).toMatchObject({ status: 'done', reason: null });
    expect((await session(number).snapshot())?.tasks).toMatchObject([
      { id: end.taskId, request: 'look at it', requester: { login: 'Codertocat' } },
    ]);
  });

  it('beside a line of a pull request brings its file, its line and the lines of the diff', async () => {
    const { send, session } = repository();
    const comment = { body, path: 'src/train.ts', line: 7, diff_hunk: '@@ -5,2 +5,3 @@\n a\n+late\n b' };
    expect((await send('pull_request_review_comment', 'created', { comment })).status).toBe('done');
    const rows = await runInDurableObject(session(2), (_instance, state) =>
      state.storage.sql.exec<{ json: string }>('SELECT json FROM tasks').toArray(),
    );
    const lines =
      '<lines path=\\"src/train.ts\\" line=\\"7\\">\\n@@ -5,2 +5,3 @@\\n a\\n+late\\n b\\n</lines>';
    expect(rows[0]?.json).toContain(lines);
  });
});

describe('a label', () => {
  it('that somebody with write access adds becomes a task about the issue, and the issue gets a reaction', async () => {
    const { repo, send, session } = repository();
    const end = await send('issues', 'labeled', label);
    expect(end.status).toBe('done');
    expect((await session(1).snapshot())?.tasks).toMatchObject([
      {
        id: end.taskId,
        request: 'Do what this issue asks for: Spelling error in the README file',
        requester: { login: 'Codertocat' },
      },
    ]);
    await eventually(() =>
      expect(github.callsTo(`/${repo}/issues/1/reactions`)).toMatchObject([{ body: { content: 'eyes' } }]),
    );
  });

  it('that somebody adds who may only triage starts nothing', async () => {
    const { repo, send, session } = repository();
    github.permissions.set(repo, 'read');
    expect(await send('issues', 'labeled', label)).toMatchObject({
      status: 'ignored',
      reason: '@Codertocat has no write access (read)',
    });
    expect(await session(1).snapshot()).toBeNull();
  });

  it('of another name costs GitHub the settings at most', async () => {
    const { repo, send } = repository();
    expect(await send('issues', 'labeled')).toMatchObject({ status: 'ignored', taskId: null });
    expect(github.callsTo(`/${repo}/`).map(({ path }) => path)).toEqual([
      `/repos/Codertocat/${repo}/contents/.github%2Fsignalbox.yml`,
    ]);
  });

  it('of a pull request has its head worked on', async () => {
    const { send, session } = repository('triggers: { label: robot }');
    await send('pull_request', 'labeled', { label: { name: 'Robot' } });
    const snapshot = await session(2).snapshot();
    expect(snapshot?.tasks).toMatchObject([{ request: expect.stringContaining('this pull request') }]);
    expect(snapshot?.session.workspace).toMatchObject({ ref: { kind: 'pull', number: 2 } });
  });
});

describe('an assignment', () => {
  it('of the App, or of the account that the settings name, becomes a task', async () => {
    const { send, session } = repository('triggers: { assignee: our-robot }');
    await send('issues', 'assigned', { assignee: { login: 'our-robot', id: 7 } });
    expect((await session(1).snapshot())?.tasks).toHaveLength(1);
    await send('pull_request', 'assigned', { assignee: { login: 'signalbox[bot]', id: 8 } });
    expect((await session(2).snapshot())?.tasks).toHaveLength(1);
  });

  it('of a person starts nothing', async () => {
    const { send, session } = repository();
    expect((await send('issues', 'assigned')).status).toBe('ignored');
    expect(await session(1).snapshot()).toBeNull();
  });
});

describe('an opened pull request', () => {
  const settings = 'triggers: { pull_request: Look at the tests. }';

  it('becomes a task where the settings ask for one, once it is no draft', async () => {
    const { send, session } = repository(settings);
    expect(await send('pull_request', 'opened', { pull_request: { draft: true } })).toMatchObject({
      status: 'ignored',
      reason: 'it is a draft',
    });
    expect((await send('pull_request', 'ready_for_review')).status).toBe('done');
    expect((await session(2).snapshot())?.tasks).toMatchObject([{ request: 'Look at the tests.' }]);
  });

  it('of somebody who may not push starts nothing', async () => {
    const { repo, send, session } = repository(settings);
    github.permissions.set(repo, 'none');
    expect((await send('pull_request', 'opened')).status).toBe('ignored');
    expect(await session(2).snapshot()).toBeNull();
  });
});

describe('a comment on a pull request', () => {
  const [before, after] = ['a'.repeat(40), 'b'.repeat(40)];
  const created_at = '2019-05-15T15:20:20Z';

  it.each([
    ['after', '2019-05-15T15:20:33Z', before],
    ['before', '2019-05-15T15:20:03Z', after],
  ])('has worked on the head that it was about: the push was %s it', async (_when, updated_at, head) => {
    const { send, session } = repository();
    const { pull_request } = examplePayload('pull_request', 'synchronize', {
      pull_request: { head: { sha: after, repo: { id: 1 } } },
    });
    github.pullDetails = pull_request;
    // Its delivery may come first; a request that is tried again comes to be handled long after it.
    await send('pull_request', 'synchronize', { before, after, pull_request: { updated_at } });
    const comment = { body: '@signalbox look at it', created_at };
    const issue = { number: 2, pull_request: {} };
    expect((await send('issue_comment', 'created', { issue, comment })).status).toBe('done');
    const snapshot = await session(2).snapshot();
    expect(snapshot?.session.workspace).toMatchObject({ ref: { fork: true, headSha: head } });
  });
});
