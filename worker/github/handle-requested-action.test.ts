import { describe, expect, it } from 'vitest';
import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { type ActionDeps, handleRequestedAction } from './handle-requested-action.ts';
import { readRequestedAction } from './read-requested-action.ts';
import type { Deed } from './trigger-deps.ts';

const REPOSITORY_ID = 186853002;
const KEY = githubConversationKey(REPOSITORY_ID, 2);
const TASK_ID = `${sessionIdOf(KEY)}.1`;
const TREE = 'a'.repeat(40);

/** A button of the task's check run, or the wish to have it run again. */
function action(identifier: string | null, changes: Record<string, unknown> = {}) {
  const payload = examplePayload('check_run', identifier === null ? 'rerequested' : 'requested_action', {
    check_run: { external_id: `check:${TASK_ID}` },
    sender: { login: 'mona', id: 5, type: 'User' },
    repository: { id: REPOSITORY_ID },
    ...(identifier === null ? {} : { requested_action: { identifier } }),
    ...changes,
  });
  const read = readRequestedAction('d1', payload);
  if (read.status !== 'action') throw new Error(read.reason);
  return read.action;
}

function stage(state: string, changes: Partial<ActionDeps> = {}) {
  const did: string[] = [];
  const deeds: Deed['action'][] = [];
  const task = { id: TASK_ID, number: 1, state, work: { tree: TREE } };
  const ok = { status: 'ok', task } as never;
  const deps: ActionDeps = {
    botName: 'signalbox',
    permissionOf: async () => ({ permission: 'write', roleName: 'write' }),
    configOf: async () => ({ status: 'none' }),
    reply: (_trigger, body) => did.push(`reply: ${body}`),
    note: (_trigger, deed) => deeds.push(deed.action),
    session: () => ({
      snapshot: async () => ({ session: { key: KEY, url: null, title: 'Spelling' }, tasks: [task] }) as never,
      decide: async (number, { verdict, tree }) => {
        did.push(`${verdict} ${number} ${tree}`);
        return ok;
      },
      repeatTask: async (number, how, triggerId, by) => {
        did.push(`${how} ${number} for ${by.login} as ${triggerId}`);
        return ok;
      },
      orderTask: async (number, order) => {
        did.push(`${order.type} ${number} by ${order.by}`);
        return ok;
      },
    }),
    ...changes,
  };
  return { deps, did, deeds };
}

describe('a button of a check run', () => {
  it.each([
    [`approve:${TREE.slice(0, 12)}`, `approved 1 ${TREE}`, 'task.approved'],
    [`reject:${TREE.slice(0, 12)}`, `rejected 1 ${TREE}`, 'task.rejected'],
    // What is shown now is other work: the answer is about what the button knows.
    [`approve:${'b'.repeat(12)}`, `approved 1 ${'b'.repeat(12)}`, 'task.approved'],
    ['retry', `retry 1 for mona as check_retry:${TASK_ID}`, 'task.retried'],
  ])('%s does it for whoever may push', async (identifier, did, deed) => {
    const { deps, ...all } = stage('waiting_approval');
    expect(await handleRequestedAction(deps, action(identifier))).toMatchObject({ status: 'done' });
    expect(all).toEqual({ did: [did], deeds: [deed] });
  });

  it('does nothing for whoever may not, or for a task of another repository', async () => {
    const stranger = stage('failed', { permissionOf: async () => null });
    expect((await handleRequestedAction(stranger.deps, action('retry'))).status).toBe('ignored');
    const elsewhere = stage('failed');
    const other = action('retry', { repository: { id: 9 } });
    expect((await handleRequestedAction(elsewhere.deps, other)).status).toBe('ignored');
    expect([stranger.did, elsewhere.did]).toEqual([[], []]);
  });

  it('of another App asks for nothing', () => {
    expect(readRequestedAction('d1', examplePayload('check_run', 'requested_action'))).toMatchObject({
      status: 'ignored',
    });
  });
});

describe('a check run that is asked for again', () => {
  it.each([
    ['failed', `retry 1 for mona as check_retry:${TASK_ID}`],
    ['stopped', `retry 1 for mona as check_retry:${TASK_ID}`],
    ['qa_failed', 'retry_gates 1 by mona'],
    // GitHub waits for a run that ends: what ended well says so once more.
    ['completed', 'check_again 1 by mona'],
    ['running', 'check_again 1 by mona'],
  ])('of a task that is %s: %s', async (state, did) => {
    const { deps, ...all } = stage(state);
    expect(await handleRequestedAction(deps, action(null))).toMatchObject({ status: 'done' });
    expect(all.did).toEqual([did]);
  });
});
