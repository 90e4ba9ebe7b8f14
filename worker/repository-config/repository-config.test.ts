import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import { accountOf } from '../account/account-of.ts';
import { installationOf, sessionOf } from '../http/durable-objects.ts';
import { FakeGitHub } from '../installation/testing/fake-github.ts';
import { deliveryOf, ended, sendWebhook } from '../installation/testing/send-webhook.ts';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { eventually } from '../testing/eventually.ts';

const github = new FakeGitHub().install();
let lastId = 981_000;

/** A repository, an installation and an account that no other test knows. */
function place(settings?: string) {
  lastId += 1;
  const id = lastId;
  const repo = `shop-${id}`;
  if (settings !== undefined) github.settings.set(repo, settings);
  const whose = { repository: { id, name: repo, owner: { id } }, installation: { id } };
  const account = `github:${id}`;
  const send = async (event: string, payload: unknown) => {
    const delivery = crypto.randomUUID();
    await sendWebhook(delivery, event, payload);
    return delivery;
  };
  const mention = async (text: string) => {
    const comment = { body: text, id };
    const payload = examplePayload('issue_comment', 'created', { ...whose, comment });
    return ended(account, await send('issue_comment', payload));
  };
  const pushed = (change: object) => {
    const { repository } = examplePayload('issue_comment', 'created', whose);
    const commits = [{ added: [], modified: ['.github/signalbox.yml'], removed: [] }];
    const after = 'c'.repeat(40);
    return send('push', {
      ref: 'refs/heads/master',
      after,
      commits,
      installation: whose.installation,
      ...change,
      repository,
    });
  };
  const reads = () => github.callsTo(`GET /repos/Codertocat/${repo}/contents/`);
  const repository = { id, owner: 'Codertocat', name: repo };
  const tasks = async () =>
    (await sessionOf(env, sessionIdOf(githubConversationKey(id, 1))).snapshot())?.tasks;
  return { id, repo, account, mention, pushed, reads, repository, tasks };
}

const FILE = 'model: opus\nlimits:\n  minutes: 30\napproval: before_push\nauthors: [codertocat]\n';

describe("a repository's settings", () => {
  it('are defaults of a mention, behind its own options and before those of the account', async () => {
    const { account, mention, tasks } = place(FILE);
    await accountOf(env, account).settings.change({ tasks: { maxMinutes: 5, maxTurns: 40 } }, 'test');
    expect(await mention('@signalbox --model sonnet fix it')).toMatchObject({ status: 'done' });
    expect((await tasks())?.[0]?.options).toMatchObject({
      model: 'sonnet',
      maxMinutes: 30,
      maxTurns: 40,
      approval: 'before_push',
    });
  });

  it('let people ask who can not push, and nobody else', async () => {
    const named = place(FILE);
    const other = place('authors: [mona]');
    for (const { repo } of [named, other]) github.permissions.set(repo, 'read');
    expect(await named.mention('@signalbox fix it')).toMatchObject({ status: 'done' });
    expect(await other.mention('@signalbox fix it')).toMatchObject({ status: 'ignored' });
    expect(await other.tasks()).toBeUndefined();
  });

  it('with mistakes refuse work, and the answer names each mistake with its line', async () => {
    const { repo, mention, tasks } = place('model: opus\naproval: before_push\n');
    expect(await mention('@signalbox fix it')).toMatchObject({
      status: 'ignored',
      reason: '.github/signalbox.yml is not valid',
    });
    expect(await tasks()).toBeUndefined();
    await eventually(() => {
      const [reply] = github.callsTo(`POST /repos/Codertocat/${repo}/issues/1/comments`);
      expect(reply?.body.body).toContain('[line 2](');
      expect(reply?.body.body).toContain('`aproval` is no setting');
    });
  });

  it('are not passed over when GitHub does not answer: the mention is tried again', async () => {
    const { repo, mention, tasks } = place(FILE);
    github.failNext(`/${repo}/contents/`, { status: 502 }, 1);
    expect(await mention('@signalbox fix it')).toMatchObject({ status: 'done', attempts: 2 });
    expect((await tasks())?.[0]?.options.approval).toBe('before_push');
  });
});

describe('reading them', () => {
  const read = ({ account, id, repository }: ReturnType<typeof place>) =>
    installationOf(env, account).repositoryConfig(id, repository);

  it('asks GitHub once for many, again after a push, and takes "unchanged" for an answer', async () => {
    const here = place(FILE);
    await Promise.all([read(here), read(here), read(here)]);
    expect(await read(here)).toMatchObject({ status: 'valid', config: { model: 'opus' } });
    expect(here.reads()).toHaveLength(1);
    await here.pushed({ commits: [{ added: [], modified: ['README.md'], removed: [] }] });
    await here.pushed({ ref: 'refs/heads/topic' });
    await read(here);
    expect(here.reads()).toHaveLength(1);
    await ended(here.account, await here.pushed({}));
    expect(await read(here)).toMatchObject({ status: 'valid' });
    // One for the check of the push, one for the state that is kept.
    expect(here.reads().map(({ knownAs }) => knownAs !== null)).toEqual([false, false, true]);
    github.settings.set(here.repo, 'model: sonnet');
    await ended(here.account, await here.pushed({}));
    expect(await read(here)).toMatchObject({ config: { model: 'sonnet' } });
  });

  it('believes what was read within a day while GitHub does not answer', async () => {
    const here = place(FILE);
    await read(here);
    github.failNext(`/${here.repo}/contents/`, { status: 502 }, 10);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    try {
      expect(await read(here)).toMatchObject({ config: { model: 'opus' } });
      vi.setSystemTime(Date.now() + 24 * 3_600_000);
      const outcome = await read(here).then(
        () => 'answered',
        () => 'failed',
      );
      expect(outcome).toBe('failed');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a push that changes them', () => {
  it('gets a check run that names each mistake beside its line', async () => {
    const { account, repo, pushed } = place('model: opus\nlimits:\n  minutes: ten\n');
    await ended(account, await pushed({}));
    await eventually(() => {
      const [check] = github.callsTo(`POST /repos/Codertocat/${repo}/check-runs`);
      expect(check?.body).toMatchObject({
        name: 'Signalbox settings',
        head_sha: 'c'.repeat(40),
        conclusion: 'failure',
        output: {
          annotations: [
            { path: '.github/signalbox.yml', start_line: 3, end_line: 3, annotation_level: 'failure' },
          ],
        },
      });
    });
  });

  it('is noted without its payload when it changes nothing of ours', async () => {
    const { account, pushed } = place(FILE);
    const id = await pushed({ ref: 'refs/heads/topic' });
    expect(await deliveryOf(account, id)).toMatchObject({
      status: 'ignored',
      reason: 'the push changes no settings',
    });
  });
});
