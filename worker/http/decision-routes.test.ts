import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { diffViewSchema } from '../../protocol/diff.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { issueSession, requestOf, TREE } from '../session/testing/make-requests.ts';
import { UP_TO_APPROVAL } from '../session/testing/runner-events.ts';
import { submitted } from '../session/testing/test-session.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';

const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };

/** A task whose work waits for a person, and calls about it. */
async function waiting() {
  const session = issueSession();
  const test = await submitted({ session, request: requestOf('Mend it', { approval: 'before_push' }) });
  const runner = await test.open(1);
  await runner.events(...UP_TO_APPROVAL);
  const at = (path: string) => `http://localhost:8787/api/tasks/${session.id}.1/${path}`;
  const post = async (path: string, body: unknown) => {
    const headers = { ...ADMIN, 'content-type': 'application/json' };
    const response = await exports.default.fetch(at(path), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const get = (path: string) => exports.default.fetch(at(path), { headers: ADMIN });
  return { test, post, get };
}

describe('an answer by the API', () => {
  it('approves exactly the tree that it names; a later one is told who was first', async () => {
    const { post } = await waiting();
    expect(await post('approve', { tree: 'f'.repeat(40) })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('has changed since') },
    });
    const approved = await post('approve', { tree: TREE });
    expect(approved.status).toBe(200);
    const { state, decision } = taskViewSchema.parse(approved.body);
    expect({ state, decision }).toMatchObject({
      state: 'approved',
      decision: { verdict: 'approved', via: 'api', tree: TREE },
    });
    expect(await post('reject', { reason: 'Too late.' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('was first') },
    });
  });

  it('rejects for good, or has Claude try again with the reason', async () => {
    const again = await waiting();
    const { body } = await again.post('reject', { reason: 'Not there.', again: true });
    expect(taskViewSchema.parse(body)).toMatchObject({
      state: 'running',
      decision: { verdict: 'rework', reason: 'Not there.' },
    });
    const over = await waiting();
    const rejected = await over.post('reject', { reason: 'Never.' });
    expect(taskViewSchema.parse(rejected.body).decision).toMatchObject({ verdict: 'rejected' });
  });

  it('can be preceded by a look at what was changed', async () => {
    const { get } = await waiting();
    const diff = diffViewSchema.parse(await (await get('diff')).json());
    expect(diff).toMatchObject({ tree: TREE, turn: null, files: [{ path: 'a.txt' }], repositories: [] });
    expect((await get('diff?turn=7')).status).toBe(404);
    expect((await get('diff?turn=none')).status).toBe(400);
  });
});
