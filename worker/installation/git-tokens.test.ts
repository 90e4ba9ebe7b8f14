import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { installationOf } from '../http/durable-objects.ts';
import { type WritingAccount, writingAccount } from './testing/writing-account.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('git tokens', () => {
  const objectOf = (set: WritingAccount) => installationOf(env, set.account);

  const ask = (set: WritingAccount, access: 'read' | 'write', epoch = 1) => {
    const { installationId, repository } = set.thread;
    const holder = { taskId: set.taskId, epoch };
    return objectOf(set).gitToken(set.account, installationId, repository.id, access, holder);
  };

  const revoked = (set: WritingAccount) =>
    set.github.callsTo('DELETE /installation/token').map(({ authorization }) => authorization?.slice(7));

  it('are narrowed to one repository and shared for reading', async () => {
    const set = writingAccount();
    const [a, b] = await Promise.all([ask(set, 'read'), ask(set, 'read')]);
    expect(a.token).toBe(b.token);
    expect((await ask(set, 'read')).token).toBe(a.token);
    expect(set.github.callsTo('/access_tokens')).toMatchObject([
      { body: { repository_ids: [set.thread.repository.id], permissions: { contents: 'read' } } },
    ]);
    expect(set.github.calls[0]?.authorization).toMatch(/^bearer ey/i);
  });

  it('are minted anew for each push, and a hiccup of GitHub is tried over', async () => {
    const set = writingAccount();
    set.github.failNext('/access_tokens', { status: 500, body: { message: 'oops' } });
    const [a, b] = await Promise.all([ask(set, 'write'), ask(set, 'write')]);
    expect(a.token).not.toBe(b.token);
    expect(set.github.callsTo('/access_tokens').at(-1)).toMatchObject({
      body: { permissions: { contents: 'write' } },
    });
  });

  it('are revoked by themselves, but not those that others read with', async () => {
    const set = writingAccount();
    const written = await ask(set, 'write');
    const shared = await ask(set, 'read');
    const installation = installationOf(env, `github:${set.thread.installationId}`);
    await installation.revokeToken(written.token);
    await installation.revokeToken(shared.token);
    expect(set.github.callsTo('DELETE /installation/token')).toMatchObject([
      { authorization: `Bearer ${written.token}` },
    ]);
  });

  it('that push are taken back when their attempt is over and its runner did not revoke them', async () => {
    const set = writingAccount();
    const [first, read, second] = [
      await ask(set, 'write', 1),
      await ask(set, 'read', 1),
      await ask(set, 'write', 2),
    ];
    await objectOf(set).endGitAccess(set.taskId, 1);
    expect(revoked(set)).toEqual([first.token]);
    await objectOf(set).endGitAccess(set.taskId, 2);
    await objectOf(set).endGitAccess(set.taskId, 2);
    expect(revoked(set)).toEqual([first.token, second.token]);
    expect(revoked(set)).not.toContain(read.token);
  });

  it('that push are taken back once, also after the object was evicted, and are nowhere to be read', async () => {
    const set = writingAccount();
    const { token } = await ask(set, 'write');
    const stored = await runInDurableObject(objectOf(set), (_object, state) =>
      JSON.stringify(state.storage.sql.exec('SELECT * FROM push_tokens').toArray()),
    );
    expect(stored).toContain(set.taskId);
    expect(stored).not.toContain(token);
    await evictDurableObject(objectOf(set));
    await objectOf(set).endGitAccess(set.taskId, 1);
    await objectOf(set).endGitAccess(set.taskId, 1);
    expect(revoked(set)).toEqual([token]);
  });

  it('that push are taken back after a while when nobody says how the attempt ended, however often GitHub fails', async () => {
    const set = writingAccount();
    const { token } = await ask(set, 'write');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20 * 60_000 });
    set.github.failNext('/installation/token', { status: 500, body: { message: 'oops' } });
    await runDurableObjectAlarm(objectOf(set));
    await vi.waitFor(() => expect(revoked(set)).toEqual([token]));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    await set.until(() => expect(revoked(set)).toEqual([token, token]));
    await objectOf(set).endGitAccess(set.taskId, 1);
    expect(revoked(set)).toHaveLength(2);
  });
});
