import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { accountOf } from '../account/account-of.ts';
import { sessionOf } from '../http/durable-objects.ts';
import { FakeGitHub } from '../installation/testing/fake-github.ts';
import { ended, sendWebhook } from '../installation/testing/send-webhook.ts';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { openRecord } from '../record/open-record.ts';
import { writeRecord } from '../record/write-record.ts';
import { eventually } from '../testing/eventually.ts';

const github = new FakeGitHub().install();
let id = 1_071_500;
let account = '';
let repo = '';
beforeEach(async () => {
  id += 1;
  account = `github:${id}`;
  repo = `shop-${id}`;
  const repository = {
    id,
    owner: 'Codertocat',
    name: repo,
    cloneUrl: `https://github.test/Codertocat/${repo}.git`,
    htmlUrl: `https://github.test/Codertocat/${repo}`,
    defaultBranch: 'master',
    private: false,
    account,
    installationId: id,
    updatedAt: 1,
  };
  await writeRecord(openRecord(env), [{ table: 'repositories', row: repository }]);
});

const desk = () => accountOf(env, account).schedules;
const names = async () => (await desk().list()).map(({ name }) => name);

/** What the file says from now on, and a push that brings it. */
async function push(text: string | null): Promise<void> {
  if (text === null) github.settings.delete(repo);
  else github.settings.set(repo, text);
  const whose = { repository: { id, name: repo, owner: { id } }, installation: { id } };
  const { repository } = examplePayload('issue_comment', 'created', whose);
  const delivery = crypto.randomUUID();
  await sendWebhook(delivery, 'push', {
    ref: 'refs/heads/master',
    after: 'c'.repeat(40),
    commits: [{ added: [], modified: ['.github/signalbox.yml'], removed: [] }],
    installation: whose.installation,
    sender: { login: 'mona', id: 77, type: 'User' },
    repository,
  });
  expect(await ended(account, delivery)).toMatchObject({ status: 'done' });
}

const FILE = `
schedules:
  nightly:
    cron: "0 3 * * 1-5"
    time_zone: Europe/Berlin
    prompt: Update what is old
    options: { maxUsd: 2, labels: [no-runner-has-this] }
    overlap: queue
`;

describe("schedules in a repository's file", () => {
  it('are there after a push, work in their repository for who pushed, and change with the file', async () => {
    await push(FILE);
    expect(await desk().list()).toMatchObject([
      {
        name: `${repo}-nightly`,
        cron: '0 3 * * 1-5',
        timeZone: 'Europe/Berlin',
        overlap: 'queue',
        createdBy: 'mona',
        file: { repositoryId: id, repository: `Codertocat/${repo}`, name: 'nightly' },
      },
    ]);
    await desk().run(`${repo}-nightly`, 'mona');
    await eventually(async () => expect((await desk().list())[0]?.lastRun?.status).toBe('running'));
    const [schedule] = await desk().list();
    const session = await sessionOf(env, schedule?.lastRun?.id ?? '').overview();
    expect(session).toMatchObject({
      session: { source: 'schedule', workspace: { type: 'github', ref: { kind: 'branch', base: 'master' } } },
      tasks: [
        { request: 'Update what is old', requester: { login: 'mona', id: 77 }, options: { maxUsd: 2 } },
      ],
    });
    await push(FILE.replace('0 3', '0 4'));
    expect(await desk().list()).toMatchObject([{ id: schedule?.id, cron: '0 4 * * 1-5' }]);
    const lines = (await accountOf(env, account).audit.after(0, 100)).map(({ action }) => action);
    expect(lines).toEqual(expect.arrayContaining(['schedule.created', 'schedule.changed']));
  });

  it('stay while the file has mistakes, and go when it no longer names them or is gone', async () => {
    await push(FILE);
    await push(FILE.replace('0 3', 'at three'));
    expect(await names()).toEqual([`${repo}-nightly`]);
    await push('model: opus\n');
    expect(await names()).toEqual([]);
    await push(FILE);
    await push(null);
    expect(await names()).toEqual([]);
  });

  it('do not run when the file has lost them without a push that was heard of', async () => {
    await push(FILE);
    github.settings.set(repo, 'model: opus\n');
    const [schedule] = await desk().list();
    await desk().run(`${repo}-nightly`, 'mona');
    await eventually(async () => expect(await names()).toEqual([]));
    expect(await desk().runs(schedule?.id ?? '', 10)).toEqual([]);
  });
});
