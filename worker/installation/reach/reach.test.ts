import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { AccountKey } from '../../../protocol/ids.ts';
import { accountOf } from '../../account/account-of.ts';
import { fleetOf, installationOf } from '../../http/durable-objects.ts';
import { listBusyAt } from '../../record/list-busy-sessions.ts';
import { openRecord } from '../../record/open-record.ts';
import { repositories } from '../../record/schema.ts';
import { eventually } from '../../testing/eventually.ts';
import { FakeGitHub } from '../testing/fake-github.ts';
import { ended, sendWebhook } from '../testing/send-webhook.ts';
import { examplePayload } from '../testing/webhook-examples.ts';
import { commentsFrom } from '../testing/write-comments.ts';

const github = new FakeGitHub().install();
const comment = commentsFrom(959_000);

/** A mention whose task waits for a runner, and which the record knows of. */
async function working() {
  const made = comment('@signalbox fix the typo');
  await sendWebhook(made.delivery, 'issue_comment', made.payload);
  await ended(made.account, made.delivery);
  await eventually(async () => {
    expect(await listBusyAt(openRecord(env), made.account, [made.installationId])).toHaveLength(1);
  });
  return { ...made, id: made.installationId };
}

async function deliver(account: AccountKey, event: string, payload: Record<string, unknown>): Promise<void> {
  const delivery = crypto.randomUUID();
  await sendWebhook(delivery, event, payload);
  expect(await ended(account, delivery)).toMatchObject({ status: 'done' });
}

/** Of the account of this number, whose one repository and installation have the same number. */
const about = (id: number) => ({ installation: { id, account: { id, login: 'octo', type: 'User' } } });

/** What the record says of a repository. */
async function recorded(id: number) {
  const [row] = await openRecord(env).select().from(repositories).where(eq(repositories.id, id));
  return row;
}

const queued = async (account: AccountKey) => (await fleetOf(env, account).view()).queue;

describe('where the App can not work any more', () => {
  it.each([
    ['installation', 'deleted', 'The App was uninstalled.'],
    ['installation', 'suspend', 'The App was suspended.'],
  ])('what is under way is stopped and said why: %s.%s', async (event, action, reason) => {
    const { account, session, id } = await working();
    expect(await queued(account)).toHaveLength(1);
    await deliver(account, event, examplePayload(event, action, about(id)));
    const { tasks = [] } = (await session.snapshot()) ?? {};
    expect(tasks).toMatchObject([{ state: 'stopped' }]);
    const events = (await session.eventsAfter(0, 100))?.events ?? [];
    expect(JSON.stringify(events)).toContain(`Stopped by GitHub: ${reason}`);
    await eventually(async () => expect(await queued(account)).toEqual([]));
    expect(await installationOf(env, account).attention(account)).toEqual([]);
  });

  it('takes one repository back and leaves the others alone', async () => {
    const first = await working();
    const removed = {
      ...about(first.id),
      repositories_removed: [{ id: 1, name: 'x', full_name: 'o/x', private: true }],
    };
    await deliver(
      first.account,
      'installation_repositories',
      examplePayload('installation_repositories', 'removed', removed),
    );
    expect((await first.session.snapshot())?.tasks).toMatchObject([{ state: 'pending' }]);
    const own = {
      ...about(first.id),
      repositories_removed: [{ id: first.id, name: 'x', full_name: 'o/x', private: true }],
    };
    await deliver(
      first.account,
      'installation_repositories',
      examplePayload('installation_repositories', 'removed', own),
    );
    expect((await first.session.snapshot())?.tasks).toMatchObject([{ state: 'stopped' }]);
  });

  it('ignores what was written there before, and hears what is written after it is back', async () => {
    const { account, session, id, payload } = await working();
    await deliver(account, 'installation', examplePayload('installation', 'suspend', about(id)));
    const late = crypto.randomUUID();
    await sendWebhook(late, 'issue_comment', payload);
    expect(await ended(account, late)).toMatchObject({
      status: 'ignored',
      reason: 'the App can not reach the repository any more',
    });
    await deliver(account, 'installation', examplePayload('installation', 'unsuspend', about(id)));
    const again = comment('@signalbox go on', { id: 492_700_401 });
    const text = { ...again.payload, repository: payload.repository, installation: payload.installation };
    await sendWebhook(again.delivery, 'issue_comment', text);
    expect(await ended(account, again.delivery)).toMatchObject({ status: 'done' });
    expect((await session.snapshot())?.tasks.map(({ state }) => state)).toContain('pending');
  });

  it('writes nothing there, and tells whoever waits for a write', async () => {
    const { account, id, session, repo } = await working();
    await deliver(account, 'installation', examplePayload('installation', 'suspend', about(id)));
    const before = github.callsTo(`/${repo}/`).length;
    const sessionId = (await session.snapshot())?.session.id ?? '';
    const thread = {
      installationId: id,
      repository: {
        id,
        owner: 'Codertocat',
        name: repo,
        cloneUrl: 'https://github.test/x.git',
        htmlUrl: 'https://github.test/x',
        defaultBranch: 'main',
        private: true,
      },
      issueNumber: 1,
      isPullRequest: false,
      url: 'https://github.test/x/issues/1',
      headSha: null,
    };
    const write = { kind: 'reply', key: 'reply:late', taskId: null, thread, body: 'Late' } as const;
    await installationOf(env, account).write(account, sessionId, write);
    expect(github.callsTo(`/${repo}/`)).toHaveLength(before);
    expect(await installationOf(env, account).attention(account)).toEqual([]);
  });

  it('pauses schedules that work there, which go on by themselves when it is back', async () => {
    const { account, id } = await working();
    const { schedules } = accountOf(env, account);
    const file = {
      repositoryId: id,
      repository: 'octo/x',
      schedules: { nightly: { cron: '0 3 * * *', prompt: 'Look after it' } },
      by: null,
    };
    await schedules.sync(file as Parameters<typeof schedules.sync>[0]);
    await deliver(account, 'installation', examplePayload('installation', 'suspend', about(id)));
    expect(await schedules.list()).toMatchObject([
      { paused: { reason: 'The App can not reach its repository. The App was suspended.' } },
    ]);
    expect(await schedules.attention()).toEqual([]);
    await deliver(account, 'installation', examplePayload('installation', 'unsuspend', about(id)));
    expect(await schedules.list()).toMatchObject([{ paused: null }]);
  });
});

describe('a repository that was renamed', () => {
  it('is written to under its new name', async () => {
    const { account, session, id, payload } = await working();
    const renamed = examplePayload('repository', 'renamed', {
      installation: { id },
      repository: {
        ...(payload.repository as object),
        name: `renamed-${id}`,
        full_name: `octo/renamed-${id}`,
      },
    });
    await deliver(account, 'repository', renamed);
    await session.endTask(null, 'stop', 'mona', null);
    await eventually(() => expect(github.callsTo(`/renamed-${id}/issues/`).length).toBeGreaterThan(0));
  });
});

describe('a repository whose default branch was renamed', () => {
  it('has work go on from the branch of the new name, and the record says so', async () => {
    const { account, session, id, payload } = await working();
    const edited = examplePayload('repository', 'edited', {
      installation: { id },
      repository: { ...(payload.repository as object), default_branch: 'trunk' },
      changes: { default_branch: { from: 'master' } },
    });
    await deliver(account, 'repository', edited);
    expect((await session.snapshot())?.session.workspace).toMatchObject({
      repository: { defaultBranch: 'trunk' },
      ref: { kind: 'branch', base: 'trunk' },
    });
    await eventually(async () =>
      expect(await recorded(id)).toMatchObject({ defaultBranch: 'trunk', installationId: id }),
    );
    expect(await queued(account)).toHaveLength(1);
  });
});

describe('a repository that was deleted', () => {
  it('has what is under way there stopped and said why, and is out of reach in the record', async () => {
    const { account, session, id, payload } = await working();
    const { repository } = payload;
    // GitHub's description: the same as of a change, without what has changed.
    const gone = { action: 'deleted', changes: undefined, installation: { id }, repository };
    await deliver(account, 'repository', examplePayload('repository', 'edited', gone));
    expect((await session.snapshot())?.tasks).toMatchObject([{ state: 'stopped' }]);
    const events = (await session.eventsAfter(0, 100))?.events ?? [];
    expect(JSON.stringify(events)).toContain('Stopped by GitHub: The repository was deleted.');
    await eventually(async () => expect(await queued(account)).toEqual([]));
    await eventually(async () => expect(await recorded(id)).toMatchObject({ installationId: null }));
    expect(await installationOf(env, account).attention(account)).toEqual([]);
  });
});

describe('a repository that was transferred', () => {
  it('ends what its former owner had begun, and is worked on for the new one', async () => {
    const { account, session, id, payload } = await working();
    const owner = {
      ...(payload.repository as { owner: object }).owner,
      id: id + 500_000,
      login: 'new-owner',
    };
    const repository = { ...(payload.repository as object), owner };
    const transferred = examplePayload('repository', 'transferred', {
      installation: { id: id + 500_000 },
      repository,
      changes: { owner: { from: { user: { id } } } },
    });
    const newAccount: AccountKey = `github:${id + 500_000}`;
    await deliver(newAccount, 'repository', transferred);
    expect((await session.snapshot())?.tasks).toMatchObject([{ state: 'stopped' }]);
    await eventually(async () => expect(await queued(account)).toEqual([]));
    const again = comment('@signalbox go on', { id: 492_700_401 });
    const text = { ...again.payload, repository, installation: { id: id + 500_000 } };
    await sendWebhook(again.delivery, 'issue_comment', text);
    expect(await ended(newAccount, again.delivery)).toMatchObject({ status: 'done' });
    await eventually(async () => expect(await queued(newAccount)).toHaveLength(1));
    expect(await queued(account)).toEqual([]);
  });
});
