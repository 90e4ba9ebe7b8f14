import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import {
  type CreateKeyBody,
  createKeyAnswerSchema,
  keysAnswerSchema,
  keyViewSchema,
} from '../../protocol/keys.ts';
import { problemSchema } from '../../protocol/problem.ts';
import { accountOf } from '../account/account-of.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';

/** These numbers are nobody else's in the record that all test files share. */
let accounts = 950_000;
function newAccount(): string {
  accounts += 1;
  return `github:${accounts}`;
}

const as = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
const call = (key: string, path: string, method = 'GET', body?: unknown) =>
  exports.default.fetch(`http://localhost:8787${path}`, {
    method,
    headers: as(key),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function makeKey(body: Partial<CreateKeyBody> = {}, by = TEST_ADMIN_KEY) {
  const account = newAccount();
  const response = await call(by, '/api/keys', 'POST', { account, name: 'nightly', role: 'admin', ...body });
  expect(response.status).toBe(201);
  return createKeyAnswerSchema.parse(await response.json());
}
const codeOf = async (response: Response) => problemSchema.parse(await response.json()).code;

describe('an API key', () => {
  it('is shown once, and opens its own account only', async () => {
    const { key, view } = await makeKey();
    const listed = keysAnswerSchema.parse(await (await call(key, '/api/keys')).json());
    expect(listed.items).toMatchObject([{ ...view, lastUsedAt: expect.any(Number) }]);
    expect(JSON.stringify(listed)).not.toContain(key.slice(-43));
    const other = await call(key, `/api/keys?account=${newAccount()}`);
    expect([other.status, await codeOf(other)]).toEqual([404, 'not_found']);
    const another = await call(key, '/api/keys', 'POST', {
      account: newAccount(),
      name: 'x',
      role: 'viewer',
    });
    expect(another.status).toBe(404);
  });

  it('is kept as a hash, which nobody is shown', async () => {
    const { key, view } = await makeKey();
    const found = await accountOf(env, view.account).keys.find(view.id);
    expect(JSON.stringify(found)).not.toMatch(/hash|sbk_/);
    expect(found).not.toBeNull();
    expect(key).toMatch(/^sbk_[\w-]+\.[0-9a-f-]{36}\.[\w-]{43}$/);
  });

  it('is refused once it was revoked, with the same words as one that never was', async () => {
    const { key, view } = await makeKey();
    expect((await call(key, '/api/keys')).status).toBe(200);
    expect(
      (await call(TEST_ADMIN_KEY, `/api/keys/${view.id}?account=${view.account}`, 'DELETE')).status,
    ).toBe(204);
    const after = await call(key, '/api/keys');
    expect(after.status).toBe(401);
    const unknown = await call(`${key.slice(0, -3)}AAA`, '/api/keys');
    expect(unknown.status).toBe(401);
    expect(await after.json()).toEqual(await unknown.json());
    const shown = await call(TEST_ADMIN_KEY, `/api/keys/${view.id}?account=${view.account}`);
    expect(keyViewSchema.parse(await shown.json())).toMatchObject({ status: 'revoked', revokedBy: 'admin' });
  });

  it('is refused from the moment at which it expires, also by those who have just seen it work', async () => {
    const account = newAccount();
    const made = await accountOf(env, account).keys.create({
      id: crypto.randomUUID(),
      name: 'short',
      role: 'admin',
      repositories: 'all',
      source: 'api',
      holder: null,
      createdBy: 'admin',
      expiresAt: Date.now() + 400,
    });
    if (made.status !== 'created') throw new Error(made.message);
    expect((await call(made.key, '/api/keys')).status).toBe(200);
    await expect.poll(async () => (await call(made.key, '/api/keys')).status, { timeout: 4_000 }).toBe(401);
  });

  it('can do what its role says and no more', async () => {
    const { key } = await makeKey({ role: 'viewer' });
    expect((await call(key, '/api/runners')).status).toBe(200);
    const refused = await call(key, '/api/keys');
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'forbidden']);
  });

  it('for some repositories reaches nothing that belongs to the whole account', async () => {
    const { key } = await makeKey({ repositories: [950_901] });
    const refused = await call(key, '/api/keys');
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'forbidden']);
  });

  it('that was given less works as the lesser key, at once', async () => {
    const { key, view } = await makeKey();
    expect((await call(key, '/api/keys')).status).toBe(200);
    const changed = await call(TEST_ADMIN_KEY, `/api/keys/${view.id}?account=${view.account}`, 'PATCH', {
      role: 'viewer',
    });
    expect(keyViewSchema.parse(await changed.json())).toMatchObject({ role: 'viewer', name: 'nightly' });
    expect((await call(key, '/api/keys')).status).toBe(403);
  });

  it('leaves who made, changed and revoked it in the audit log', async () => {
    const { view } = await makeKey();
    await call(TEST_ADMIN_KEY, `/api/keys/${view.id}?account=${view.account}`, 'PATCH', { name: 'weekly' });
    await call(TEST_ADMIN_KEY, `/api/keys/${view.id}?account=${view.account}`, 'DELETE');
    const { audit } = accountOf(env, view.account);
    await expect
      .poll(async () => (await audit.after(0, 10)).map(({ action, target }) => [action, target.id]))
      .toEqual(['key.created', 'key.changed', 'key.revoked'].map((action) => [action, view.id]));
  });
});
