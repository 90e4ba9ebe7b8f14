import { expect, it } from 'vitest';
import { finished, started } from './testing/runner-events.ts';
import { submitted } from './testing/test-session.ts';

it.each(['stop', 'cancel'] as const)(
  'a job that is lost after somebody asked for %s is given to no other runner',
  async (how) => {
    const session = await submitted();
    await session.hold('fleet');
    const runner = await session.open();
    await runner.events(started);
    await session.rpc.endTask(1, how, 'mona', null);
    await session.rpc.jobLost(1, 1, 'The lease ran out.');
    expect((await session.task()).state).toBe(how === 'stop' ? 'stopped' : 'cancelled');
    const orders = (await session.held('fleet')).map(({ kind }) => kind);
    expect(orders.filter((kind) => kind === 'enqueue')).toHaveLength(0);
    expect(orders).toContain('withdraw');
  },
);

it('a job that its draining runner gives back after somebody paused and stopped it is stopped, not held', async () => {
  const session = await submitted();
  await session.hold('fleet');
  const runner = await session.open();
  await runner.events(started);
  await session.rpc.orderTask(1, { type: 'pause', by: 'mona' });
  await session.rpc.endTask(1, 'stop', 'mona', null);
  await runner.events(finished({ type: 'interrupted', reason: 'It drains.', rescueRef: null }));
  expect(await session.task()).toMatchObject({ state: 'stopped' });
  expect(await session.task()).not.toHaveProperty('held');
});
