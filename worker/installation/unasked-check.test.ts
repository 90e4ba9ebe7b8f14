import { describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { FakeGitHub } from './testing/fake-github.ts';
import { repositoriesFrom } from './testing/own-repository.ts';
import { examplePayload } from './testing/webhook-examples.ts';

const github = new FakeGitHub().install();
const repository = repositoriesFrom(github, 945_000);

describe('the check run of a commit that nobody asks anything about', () => {
  const settings = 'check: always';
  const runsOf = (repo: string) =>
    github.checkRuns
      .filter((run) => run.repo === repo)
      .map(({ name, status, conclusion }) => [name, status, conclusion]);
  const neutral = ['Signalbox', 'completed', 'neutral'];

  it('is neutral on each head of a pull request where the settings ask for it, whoever pushes', async () => {
    const { repo, send, session } = repository(settings);
    github.permissions.set(repo, 'none');
    await send('pull_request', 'opened', {
      pull_request: { user: { login: 'dependabot[bot]', type: 'Bot' } },
    });
    await eventually(() => expect(runsOf(repo)).toEqual([neutral]));
    const after = 'b'.repeat(40);
    const pushed = { before: 'a'.repeat(40), after, pull_request: { head: { sha: after } } };
    expect((await send('pull_request', 'synchronize', pushed)).status).toBe('done');
    await eventually(() => expect(runsOf(repo)).toEqual([neutral, neutral]));
    // A closed one may have got another head meanwhile.
    await send('pull_request', 'reopened', { pull_request: { head: { sha: 'c'.repeat(40) } } });
    await eventually(() => expect(runsOf(repo)).toEqual([neutral, neutral, neutral]));
    expect(await session(2).snapshot()).toBeNull();
  });

  it.each([
    ['no settings', undefined],
    ['settings that do not ask for it', 'check: asked'],
  ])('is not made with %s', async (_what, text) => {
    const { repo, send, unsent } = repository(text);
    expect(await send('pull_request', 'synchronize')).toMatchObject({
      status: 'ignored',
      reason: 'the settings ask for no check of it',
    });
    await send('pull_request', 'opened');
    expect(await unsent()).toEqual([]);
    expect(github.callsTo(`/${repo}/`).filter(({ path }) => path.includes('check-runs'))).toEqual([]);
  });

  it('does not keep the pull request waiting that mends the settings', async () => {
    const { repo, send } = repository('nonsense: 1');
    await send('pull_request', 'opened');
    await eventually(() => expect(runsOf(repo)).toEqual([neutral]));
  });

  it("never takes the place of a task's own, which counts from when it is there", async () => {
    const { repo, send, session, unsent } = repository(settings);
    const asked = { pull_request: { body: '@signalbox look at it' } };
    const end = await send('pull_request', 'opened', asked);
    expect(end.taskId).toBe((await session(2).snapshot())?.tasks[0]?.id);
    const ofTask = ['Signalbox', 'queued', null];
    await eventually(() => expect(runsOf(repo)).toEqual([ofTask]));
    // As GitHub sends a push again that it could not deliver before the mention.
    await send('pull_request', 'synchronize');
    await eventually(() => expect(github.callsTo(`GET /repos/Codertocat/${repo}/commits/`)).toHaveLength(1));
    await eventually(async () => expect(await unsent()).toEqual([]));
    expect(runsOf(repo)).toEqual([ofTask]);
    const other = repository(settings);
    await other.send('pull_request', 'opened');
    await eventually(() => expect(runsOf(other.repo)).toEqual([neutral]));
    const comment = { body: '@signalbox look at it' };
    const { pull_request } = examplePayload('pull_request', 'opened');
    github.pullDetails = pull_request;
    await other.send('issue_comment', 'created', { issue: { number: 2, pull_request: {} }, comment });
    await eventually(() => expect(runsOf(other.repo)).toEqual([neutral, ofTask]));
  });
});
