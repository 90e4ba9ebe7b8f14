import { afterEach, describe, expect, it } from 'vitest';
import type { Harness } from './testing/claude-harness.ts';
import { createHarness } from './testing/claude-harness.ts';
import { isAlive, waitUntil } from './testing/wait-until.ts';
import type { AskHow, ToolQuestion, ToolVerdict } from './tool-question.ts';

let harness: Harness;

afterEach(async () => {
  expect(harness.endpoint.violations).toEqual([]);
  await harness.close();
});

type Asked = { question: ToolQuestion; how: AskHow; answer: (verdict: ToolVerdict) => void };

/** People who take their time: each question waits until the test answers it. */
function people() {
  const { promise: first, resolve } = Promise.withResolvers<Asked>();
  const ask = (question: ToolQuestion, how: AskHow) =>
    new Promise<ToolVerdict>((answer) => resolve({ question, how, answer }));
  return { ask, first };
}

/** Limits of silence that tell when a tool's was looked at last. */
function watchedSilence(toolMs: number) {
  let lastAtMs = 0;
  const limits = {
    silentMs: 30_000,
    resultDueMs: 30_000,
    get toolSilentMs() {
      lastAtMs = performance.now();
      return toolMs;
    },
  };
  return { limits, toolMs, lastAtMs: () => lastAtMs };
}

const answered = ({ question }: Asked, answers: Record<string, string>): ToolVerdict => ({
  type: 'allow',
  input: { ...question.input, answers },
});

describe('a question of Claude', () => {
  it('waits for a person without counting as silence, and its answer reaches Claude exactly', async () => {
    const looks = watchedSilence(200);
    harness = await createHarness({ silence: looks.limits });
    const { ask, first } = people();
    const turn = harness.turn(harness.driver.open(harness.spec()), '[[ask:Which?]]', { ask });
    const asked = await first;
    const askedAtMs = performance.now();
    expect(asked.question).toMatchObject({ kind: 'question', name: 'AskUserQuestion' });
    // By then the silence was looked at when it had lasted for longer than a tool may be quiet.
    await waitUntil(() => looks.lastAtMs() > askedAtMs + looks.toolMs);
    asked.answer(answered(asked, { 'Which?': 'Two, "quoted" and späť' }));
    expect(await turn).toMatchObject({
      type: 'finished',
      text: expect.stringContaining('"Which?"="Two, \\"quoted\\" and späť"'.replaceAll('\\"', '"')),
    });
    expect(harness.of('claude.permission_denied')).toEqual([]);
  });

  it('is put off until a process of its own takes it up with the answer', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    const before = people();
    const turn = harness.turn(conversation, '[[ask:Which?]]', { ask: before.ask });
    const asked = await before.first;
    const pid = conversation.pid ?? 0;
    expect(asked.how.mayPark()).toBe(true);
    asked.answer({ type: 'park' });
    expect(await turn).toEqual({ type: 'parked', deferred: true });
    expect(isAlive(pid)).toBe(false);
    const later = people();
    const options = { ask: later.ask };
    const again = conversation.turn(
      { request: 'The answer was Two.', context: null, takesUp: true },
      { ...harness.options(), ...options },
    );
    const repeated = await later.first;
    expect(repeated.question.toolUseId).toBe(asked.question.toolUseId);
    repeated.answer(answered(repeated, { 'Which?': 'Two' }));
    expect(await again).toMatchObject({ type: 'finished', text: expect.stringContaining('"Which?"="Two"') });
    expect(JSON.stringify(harness.endpoint.requests.at(-1)?.body)).not.toContain('The answer was Two.');
  });

  it('is withdrawn when its turn is ended', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    const { ask, first } = people();
    const turn = harness.turn(conversation, '[[ask:Which?]]', { ask });
    const { how } = await first;
    await conversation.interrupt('stopped');
    expect(await turn).toEqual({ type: 'interrupted', reason: 'stopped' });
    expect(how.signal.aborted).toBe(true);
  });

  it('is declined where nobody can be asked', async () => {
    harness = await createHarness();
    const end = await harness.turn(harness.driver.open(harness.spec()), '[[ask:Which?]]');
    expect(end).toMatchObject({ type: 'finished', text: expect.stringContaining('Nobody can answer') });
  });
});

describe('a permission', () => {
  it('is asked for a tool that is not among those of the task', async () => {
    harness = await createHarness();
    const { ask, first } = people();
    const tools = { allow: ['Read'], ask: { allow: null, deny: [] } };
    const turn = harness.turn(harness.driver.open(harness.spec({ tools })), '[[bash:echo done > file]]', {
      ask,
    });
    const asked = await first;
    expect(asked.question).toMatchObject({ kind: 'permission', name: 'Bash' });
    asked.answer({ type: 'allow', input: { ...asked.question.input, command: 'echo changed' } });
    expect(await turn).toMatchObject({ text: 'The command printed: changed' });
  });

  it('that nobody gives is a refusal in the words of whoever refused', async () => {
    harness = await createHarness();
    const { ask, first } = people();
    const tools = { allow: ['Read'], ask: { allow: null, deny: [] } };
    const turn = harness.turn(harness.driver.open(harness.spec({ tools })), '[[bash:rm -rf .]]', { ask });
    (await first).answer({ type: 'deny', message: 'mona did not allow it: not here' });
    expect(await turn).toMatchObject({ text: expect.stringContaining('mona did not allow it: not here') });
  });
});
