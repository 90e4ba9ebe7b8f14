import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Repository } from '../../protocol/workspace.ts';
import { roleFor } from '../access/reach.ts';
import { belongsOf } from '../access/session-belongs.ts';
import { accountOf } from '../account/account-of.ts';
import { FakeGitHub } from '../installation/testing/fake-github.ts';
import { openRecord } from '../record/open-record.ts';
import { writeRecord } from '../record/write-record.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';

new FakeGitHub().install();
const headers = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
let lastId = 1_060_000;

async function post(path: string, body: unknown) {
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await exports.default.fetch(`http://localhost:8787${path}`, init);
  return { status: response.status, answer: await response.json<Record<string, unknown>>() };
}

/** Repositories of an account of its own, the first one as a workspace. */
async function world(...names: string[]) {
  lastId += 100;
  const account = `github:${lastId}`;
  const repositories = names.map(
    (name, index): Repository => ({
      id: lastId + index + 1,
      owner: 'octo',
      name,
      cloneUrl: `https://github.com/octo/${name}.git`,
      htmlUrl: `https://github.com/octo/${name}`,
      defaultBranch: 'main',
      private: true,
    }),
  );
  await writeRecord(
    openRecord(env),
    repositories.map((repository) => ({
      table: 'repositories' as const,
      row: { ...repository, account, installationId: lastId, updatedAt: 1 },
    })),
  );
  const workspace = { type: 'github', repository: repositories[0], ref: { kind: 'branch', base: 'main' } };
  return { account, repositories, workspace };
}

describe('a session with several repositories', () => {
  it('gets them by name, with what the App knows of them and a branch where they are written to', async () => {
    const { workspace, repositories } = await world('shop', 'web', 'design');
    const asked = [{ repository: 'octo/Web' }, { repository: 'octo/design', access: 'read', base: 'next' }];
    const { status, answer } = await post('/api/sessions', {
      workspace,
      repositories: asked,
      title: 'Trains',
    });
    expect(status).toBe(201);
    const { branch } = answer.session as { branch: string };
    expect(answer.session).toMatchObject({
      repositories: [
        { repository: repositories[1], access: 'write', base: 'main', branch },
        { repository: repositories[2], access: 'read', base: 'next', branch: null },
      ],
    });
  });

  it("gets its project's others, whichever is written to first", async () => {
    const { account } = await world('design', 'shop', 'web');
    const body = {
      name: 'trains',
      repositories: [
        { repository: 'octo/design', access: 'read' },
        { repository: 'octo/shop' },
        { repository: 'octo/web' },
      ],
    };
    expect((await post(`/api/projects?account=${account}`, body)).status).toBe(201);
    const { answer } = await post('/api/sessions', { account, project: 'trains' });
    expect(answer.session).toMatchObject({
      workspace: { repository: { name: 'shop' } },
      repositories: [
        { repository: { name: 'design' }, access: 'read' },
        { repository: { name: 'web' }, access: 'write' },
      ],
    });
  });

  it('is refused with what does not fit', async () => {
    const { workspace } = await world('shop', 'web');
    const refused = (repositories: object[]) => post('/api/sessions', { workspace, repositories });
    expect(await refused([{ repository: 'octo/none' }])).toMatchObject({
      status: 422,
      answer: { code: 'app_not_installed' },
    });
    const itself = { status: 422, answer: { code: 'invalid_body', errors: [{ path: 'repositories' }] } };
    expect(await refused([{ repository: 'octo/shop' }])).toMatchObject(itself);
    expect(await refused([{ repository: 'octo/web' }, { repository: 'octo/WEB' }])).toMatchObject(itself);
    const folder = { workspace: { type: 'local', path: '/srv' }, repositories: [{ repository: 'octo/web' }] };
    expect(await post('/api/sessions', folder)).toMatchObject(itself);
  });

  it('has a bound on those that are written to', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `part-${index}`);
    const { workspace } = await world('shop', ...names);
    const asked = names.map((name) => ({ repository: `octo/${name}` }));
    expect(await post('/api/sessions', { workspace, repositories: asked })).toMatchObject({ status: 422 });
    const fewer = asked.map((one, index) => (index === 0 ? { ...one, access: 'read' } : one));
    expect((await post('/api/sessions', { workspace, repositories: fewer })).status).toBe(201);
  });

  it('is out of reach for who may not see one of them, and gives no more than the least role', async () => {
    const { account, repositories } = await world('shop', 'web');
    const [shop, web] = repositories;
    if (shop === undefined || web === undefined) throw new Error('There are two repositories.');
    const side = { repository: web, access: 'write' as const, base: 'main', branch: null };
    const ref = { kind: 'branch' as const, base: 'main' };
    const belongs = belongsOf({
      account,
      workspace: { type: 'github', repository: shop, ref },
      repositories: [side],
    });
    const reach = (...roles: [number, 'operator' | 'viewer'][]) => ({
      kind: 'accounts' as const,
      accounts: [{ account, role: null, repositories: new Map(roles) }],
    });
    expect(roleFor(reach([shop.id, 'operator']), belongs)).toBeNull();
    expect(roleFor(reach([web.id, 'operator']), belongs)).toBeNull();
    expect(roleFor(reach([shop.id, 'operator'], [web.id, 'viewer']), belongs)).toBe('viewer');
    expect(roleFor(reach([shop.id, 'operator'], [web.id, 'operator']), belongs)).toBe('operator');
  });
});

describe('a session in a repository that is named', () => {
  const start = (body: object) => post('/api/sessions', { title: 'Trains', ...body });

  it('works in what the App knows of it, at its default branch or where it is told to begin', async () => {
    const { account, repositories } = await world('shop');
    const commit = 'a'.repeat(40);
    const plain = await start({ repository: 'octo/Shop', account });
    expect(plain.answer.session).toMatchObject({
      workspace: { type: 'github', repository: repositories[0], ref: { kind: 'branch', base: 'main' } },
    });
    const ref = { kind: 'branch', base: 'next', commit };
    const told = await start({ repository: 'octo/shop', account, ref });
    expect(told.answer.session).toMatchObject({ workspace: { ref } });
  });

  it('is refused where the App does not reach it, the caller may not, or two places are named', async () => {
    const { account, workspace } = await world('shop', 'web');
    expect((await start({ repository: 'octo/nowhere', account })).answer).toMatchObject({
      code: 'app_not_installed',
    });
    for (const body of [
      { repository: 'octo/shop', workspace },
      { workspace, ref: { kind: 'branch', base: 'main' } },
      {},
    ]) {
      expect((await start({ ...body, account })).answer).toMatchObject({ code: 'invalid_body' });
    }
    const made = await accountOf(env, account).keys.create({
      id: crypto.randomUUID(),
      name: 'web',
      role: 'operator',
      repositories: [lastId + 2],
      source: 'action',
      holder: null,
      createdBy: 'mona',
      expiresAt: null,
    });
    if (made.status === 'refused') throw new Error(made.message);
    const asKey = (repository: string) =>
      exports.default.fetch('http://localhost:8787/api/sessions', {
        method: 'POST',
        headers: { authorization: `Bearer ${made.key}` },
        body: JSON.stringify({ repository, title: 'Trains' }),
      });
    expect((await asKey('octo/shop')).status).toBe(404);
    expect((await asKey('octo/web')).status).toBe(201);
  });
});
