import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { PauseSwitch } from './pause-switch.ts';
import type { Harness } from './testing/claude-harness.ts';
import { createHarness } from './testing/claude-harness.ts';
import { isAlive, waitUntil } from './testing/wait-until.ts';

let harness: Harness;

afterEach(async () => {
  expect(harness.endpoint.violations).toEqual([]);
  await harness.close();
});

const typesOf = () => harness.events.map(({ type }) => type);

describe('a turn that somebody pauses', () => {
  it('holds between two tools with its process alive, and goes on where it was', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    const pause = new PauseSwitch();
    harness.endpoint.hold('loop-1');
    const turn = harness.turn(conversation, '[[loop:2]]', { pause });
    await harness.endpoint.reached('loop-1');
    const pid = conversation.pid ?? 0;
    pause.turn(true);
    await harness.seen('claude.paused');
    const asked = harness.endpoint.requests.length;
    expect([isAlive(pid), conversation.pid]).toEqual([true, pid]);
    harness.endpoint.release('loop-1');
    pause.turn(false);
    expect(await turn).toEqual({ type: 'finished', text: 'The loop is over. No message came in.' });
    expect(conversation.pid).toBe(pid);
    expect(harness.endpoint.requests.length).toBeGreaterThan(asked);
    const last = JSON.stringify(harness.endpoint.requests.at(-1)?.body?.messages);
    expect(last).toContain('now lets you go on');
    expect(typesOf().indexOf('claude.resumed')).toBeGreaterThan(typesOf().indexOf('claude.paused'));
  });

  it('lets the tool that runs come to its end first', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    const pause = new PauseSwitch();
    const go = path.join(harness.cwd, 'go');
    const turn = harness.turn(
      conversation,
      '[[bash:touch begun; until [ -e go ]; do sleep 0.05; done; touch ended]]',
      { pause },
    );
    await waitUntil(() => existsSync(path.join(harness.cwd, 'begun')));
    pause.turn(true);
    expect(harness.of('claude.paused')).toEqual([]);
    await writeFile(go, '');
    await harness.seen('claude.paused');
    expect(existsSync(path.join(harness.cwd, 'ended'))).toBe(true);
    expect(harness.of('claude.tool_result')).toMatchObject([{ isError: false }]);
    pause.turn(false);
    expect(await turn).toMatchObject({ type: 'finished' });
  });

  it('holds before it begins when it was paused until then', async () => {
    harness = await createHarness();
    const pause = new PauseSwitch();
    pause.turn(true);
    const turn = harness.turn(harness.driver.open(harness.spec()), '[[say:done]]', { pause });
    await harness.seen('claude.paused');
    expect(harness.of('claude.started')).toEqual([]);
    pause.turn(false);
    expect(await turn).toEqual({ type: 'finished', text: 'done' });
  });

  it('is ended by a stop while it holds, and its process with it', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    const pause = new PauseSwitch();
    harness.endpoint.hold('loop-1');
    const turn = harness.turn(conversation, '[[loop:2]]', { pause });
    await harness.endpoint.reached('loop-1');
    const pid = conversation.pid ?? 0;
    pause.turn(true);
    await harness.seen('claude.paused');
    await conversation.interrupt('stopped');
    expect(await turn).toEqual({ type: 'interrupted', reason: 'stopped' });
    expect(isAlive(pid)).toBe(false);
    harness.endpoint.release('loop-1');
  });

  it('takes a message that came while it held when it goes on', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    const pause = new PauseSwitch();
    harness.endpoint.hold('loop-1');
    const turn = harness.turn(conversation, '[[loop:3]]', { pause });
    await harness.endpoint.reached('loop-1');
    pause.turn(true);
    await harness.seen('claude.paused');
    const said = conversation.say({ id: 'm1', text: 'also the hinges' });
    harness.endpoint.release('loop-1');
    pause.turn(false);
    expect(await said).toBe('delivered');
    expect(await turn).toMatchObject({ type: 'finished' });
    expect(JSON.stringify(harness.endpoint.requests.at(-1)?.body?.messages)).toContain('also the hinges');
  });
});
