import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { accountOf } from '../account/account-of.ts';
import { app } from '../app.ts';
import { connectRunner, fleet } from '../fleet/testing/connect-runner.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';

/** All test files share one Worker: this number is nobody else's. */
const ACCOUNT = 'github:1095001';

const HEADERS = { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'content-type': 'application/json' };

const drain = (id: string, asked: boolean) =>
  app.request(
    `http://localhost:8787/api/runners/${id}?account=${ACCOUNT}`,
    { method: 'PATCH', headers: HEADERS, body: JSON.stringify({ drain: asked }) },
    env,
  );

it('drains a runner and takes that back, each with a line in the audit log', async () => {
  const { id } = await fleet(ACCOUNT).registerRunner(ACCOUNT, 'build-1');
  const runner = await connectRunner(ACCOUNT, id);
  await runner.hello();
  const drained = await drain(id, true);
  expect(drained.status).toBe(200);
  expect(await drained.json()).toMatchObject({ id, status: 'draining', drainAsked: true, jobs: [] });
  expect(await (await drain(id, true)).json()).toMatchObject({ drainAsked: true });
  expect(await (await drain(id, false)).json()).toMatchObject({ status: 'online', drainAsked: false });
  const { audit } = accountOf(env, ACCOUNT);
  const lines = async () => (await audit.after(0, 100)).map(({ action, target }) => [action, target.id]);
  await expect.poll(lines, { timeout: 10_000 }).toEqual([
    ['runner.drained', id],
    ['runner.drained', id],
    ['runner.undrained', id],
  ]);
});

it('says that there is no such runner', async () => {
  expect((await drain(crypto.randomUUID(), true)).status).toBe(404);
  expect((await drain(crypto.randomUUID(), false)).status).toBe(404);
});
