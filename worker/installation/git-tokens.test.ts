import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { installationOf } from '../http/durable-objects.ts';
import { type WritingAccount, writingAccount } from './testing/writing-account.ts';

describe('git tokens', () => {
  const ask = (set: WritingAccount, access: 'read' | 'write') => {
    const { installationId, repository } = set.thread;
    return installationOf(env, `github:${installationId}`).gitToken(
      'local',
      installationId,
      repository.id,
      access,
    );
  };

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
});
