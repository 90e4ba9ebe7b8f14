import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { nowViewSchema, partsViewSchema } from '../../protocol/now.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

const ACCOUNT = 'github:1057001';

async function ask(method: 'GET' | 'POST', path: string, body?: unknown) {
  const response = await exports.default.fetch(`http://localhost:8787${path}`, {
    method,
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json<unknown>();
}

describe('what goes on', () => {
  it('shows a task as soon as it was asked for, and its end', async () => {
    await ask('POST', '/api/sessions', {
      workspace: { type: 'local', path: '/srv/now' },
      account: ACCOUNT,
      prompt: 'Mend the clock.',
    });
    const now = async () => nowViewSchema.parse(await ask('GET', `/api/now?account=${ACCOUNT}`));
    await eventually(async () =>
      expect((await now()).open).toMatchObject([{ state: 'pending', request: 'Mend the clock.' }]),
    );
    const [task] = (await now()).open;
    await ask('POST', `/api/tasks/${task?.id}/cancel`, {});
    await eventually(async () =>
      expect(await now()).toMatchObject({ open: [], ended: [{ id: task?.id, state: 'cancelled' }] }),
    );
  });
});

describe('the parts outside', () => {
  it('are told apart, and what nobody asked lately is not called healthy', async () => {
    const { parts } = partsViewSchema.parse(await ask('GET', `/api/parts?account=${ACCOUNT}`));
    expect(parts).toMatchObject([
      { name: 'github', status: 'unknown' },
      { name: 'record', status: 'ok' },
      { name: 'model', status: 'unknown' },
    ]);
  });
});
