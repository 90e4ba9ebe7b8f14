import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { verifyTicket } from '../access/ticket.ts';
import { configOf } from '../config.ts';
import type { FleetJob } from '../contracts.ts';
import { connectRunner, fleet, makeJob } from './testing/connect-runner.ts';
import { newAccount, newSession } from './testing/new-fleet.ts';

const HOUR_MS = 3_600_000;
const OWN = 4_711;

/** A runner that a run of a workflow in the repository `OWN` has registered. */
async function newJobRunner(account: string, until = Date.now() + HOUR_MS) {
  const label = `job-${crypto.randomUUID()}`;
  const made = await fleet(account).makeRegistrationToken(account, {
    name: 'actions-run-1',
    labels: [label],
    expiresAt: Date.now() + HOUR_MS,
    bound: { repositoryId: OWN, label, run: 'actions-run-1', until },
  });
  if (made.status === 'refused') throw new Error(made.message);
  const registered = await fleet(account).register(account, made.token, {
    nonce: 'n'.repeat(22),
    name: null,
  });
  if (registered.status === 'refused') throw new Error(registered.message);
  return { ...registered, label };
}

function jobIn(repositoryIds: number[], labels: string[]): FleetJob {
  const plain = makeJob(newSession(), 1, { labels });
  const [own, ...others] = repositoryIds.map((id) => ({
    id,
    owner: 'octo',
    name: `r${id}`,
    cloneUrl: 'https://github.test/octo/app.git',
    htmlUrl: 'https://github.test/octo/app',
    defaultBranch: 'main',
    private: true,
  }));
  if (own === undefined) return plain;
  return {
    ...plain,
    job: {
      ...plain.job,
      workspace: { type: 'github', repository: own, ref: { kind: 'branch', base: 'main' } },
      repositories: others.map((repository) => ({ repository, access: 'read', base: 'main', branch: null })),
    },
  };
}

describe("a runner inside a workflow's job", () => {
  it('gets what asks for its label in the repository of the workflow, and nothing else whatever it says of itself', async () => {
    const account = newAccount();
    const { id, label } = await newJobRunner(account);
    const runner = await connectRunner(account, id);
    await runner.hello({ labels: ['linux', 'gpu', label], capacity: 50 });
    expect(await fleet(account).runner(id)).toMatchObject({ labels: [label], capacity: 1 });
    for (const other of [
      jobIn([OWN], []),
      jobIn([OWN], ['linux']),
      jobIn([OWN + 1], [label]),
      jobIn([OWN, OWN + 1], [label]),
      jobIn([], [label]),
    ]) {
      await fleet(account).enqueue(other);
    }
    const own = jobIn([OWN], [label]);
    await fleet(account).enqueue(own);
    expect((await runner.next('assign')).job.taskId).toBe(own.taskId);
    await fleet(account).release(own.taskId, 1);
    expect(runner.unread()).toEqual([]);
    expect((await fleet(account).view()).queue).toHaveLength(5);
  });

  it('can not use a ticket for a task that another runner holds', async () => {
    const account = newAccount();
    const { id, label } = await newJobRunner(account);
    const runner = await connectRunner(account, id);
    await runner.hello();
    const own = jobIn([OWN], [label]);
    await fleet(account).enqueue(own);
    const { ticket } = await runner.next('assign');
    expect(await verifyTicket(configOf(env).secret, ticket, Date.now())).toMatchObject({ status: 'valid' });
    expect(await fleet(account).knowsRunner(id, own.taskId)).toBe(true);
    const other = await connectRunner(account, (await fleet(account).registerRunner(account, 'den')).id);
    await other.hello({ labels: [] });
    const foreign = jobIn([OWN], []);
    await fleet(account).enqueue(foreign);
    await other.next('assign');
    expect(await fleet(account).knowsRunner(id, foreign.taskId)).toBe(false);
  });

  it('ends with the key of its run, and is renewed by the same run alone', async () => {
    const account = newAccount();
    const until = Date.now() + 60_000;
    const { id, credential } = await newJobRunner(account, until);
    const by = { repositoryId: OWN, run: 'actions-run-1', until: until + HOUR_MS };
    expect(await fleet(account).renewJobRunner(id, { ...by, run: 'actions-run-2' })).toBe(false);
    expect(await fleet(account).renewJobRunner(id, { ...by, repositoryId: OWN + 1 })).toBe(false);
    expect(await fleet(account).renewJobRunner(id, by)).toBe(true);
    expect(await fleet(account).runnerOf(credential)).toMatchObject({ id });
    const over = await newJobRunner(account, Date.now() - 1);
    expect(await fleet(account).runnerOf(over.credential)).toBeNull();
    expect(await fleet(account).knowsRunner(over.id, `${newSession()}.1`)).toBe(false);
    expect(await fleet(account).renewJobRunner(over.id, by)).toBe(false);
  });

  it('is removed when its time is over or nothing is heard of it, and a runner of the account is not', async () => {
    const account = newAccount();
    const over = await newJobRunner(account, Date.now() - 1);
    const silent = await newJobRunner(account);
    const alive = await newJobRunner(account);
    const steady = await fleet(account).registerRunner(account, 'den');
    const socket = await connectRunner(account, alive.id);
    await socket.hello();
    const gone = await connectRunner(account, silent.id);
    await gone.hello();
    gone.close();
    await gone.closed;
    await runInDurableObject(fleet(account), (_object, { storage }) => {
      const longAgo = JSON.stringify(Date.now() - 120_000);
      storage.sql.exec(
        `UPDATE runners SET row = json_set(row, '$.missingSince', json(?1), '$.lastSeenAt', json(?1)) WHERE id = ?2`,
        longAgo,
        silent.id,
      );
    });
    // What was changed on disk is read at the next start.
    await evictDurableObject(fleet(account));
    await fleet(account).sweep();
    const ids = (await fleet(account).view()).runners.map((runner) => runner.id);
    expect(new Set(ids)).toEqual(new Set([alive.id, steady.id]));
    expect(ids).not.toContain(over.id);
  });
});
