import { afterEach, describe, expect, it } from 'vitest';
import type { Harness } from './testing/claude-harness.ts';
import { createHarness } from './testing/claude-harness.ts';
import { isAlive, waitUntil } from './testing/wait-until.ts';

let harness: Harness;

afterEach(async () => {
  expect(harness.endpoint.violations).toEqual([]);
  await harness.close();
});

describe('a kept process', () => {
  it('takes the next task of its session without a new start', async () => {
    harness = await createHarness();
    const spec = harness.spec();
    const first = harness.driver.open(spec);
    await harness.turn(first, '[[say:one]]');
    const { pid } = first;
    await first.release();
    expect(harness.driver.count()).toEqual({ busy: 0, idle: 1 });
    const second = harness.driver.open({ ...spec, resumeId: spec.sessionId });
    expect([second.pid, second.resumed, harness.driver.count()]).toEqual([pid, true, { busy: 1, idle: 0 }]);
    await harness.turn(second, '[[say:two]]');
    expect(harness.of('claude.turn_ended').map((event) => event.text.text)).toEqual(['one', 'two']);
  });

  it('gives way to a new one when the task wants another model', async () => {
    harness = await createHarness();
    const spec = harness.spec();
    const first = harness.driver.open(spec);
    await harness.turn(first, '[[say:one]]');
    const pid = first.pid ?? 0;
    await first.release();
    const second = harness.driver.open({ ...spec, model: 'claude-haiku-5-5' });
    await harness.turn(second, '[[say:two]]');
    expect(isAlive(pid)).toBe(false);
    expect(harness.of('claude.started').map((event) => [event.model, event.resumed])).toEqual([
      [expect.stringMatching(/opus/), false],
      ['claude-haiku-5-5', true],
    ]);
  });

  it('is ended when its time is over', async () => {
    harness = await createHarness({ idle: { keepMs: 1, maxKept: 8 } });
    const conversation = harness.driver.open(harness.spec());
    await harness.turn(conversation, '[[say:one]]');
    const pid = conversation.pid ?? 0;
    await conversation.release();
    await waitUntil(() => !isAlive(pid));
    expect(harness.driver.count()).toEqual({ busy: 0, idle: 0 });
  });

  it('is the oldest that goes when there are too many', async () => {
    harness = await createHarness({ idle: { keepMs: 60_000, maxKept: 1 } });
    const pids: number[] = [];
    for (const words of ['one', 'two']) {
      const conversation = harness.driver.open(harness.spec());
      await harness.turn(conversation, `[[say:${words}]]`);
      pids.push(conversation.pid ?? 0);
      await conversation.release();
    }
    await waitUntil(() => !isAlive(pids[0] ?? 0));
    expect([pids.map(isAlive), harness.driver.count()]).toEqual([[false, true], { busy: 0, idle: 1 }]);
  });
});
