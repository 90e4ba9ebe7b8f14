import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { findTranscript } from './find-transcript.ts';
import type { Harness } from './testing/claude-harness.ts';
import { createHarness } from './testing/claude-harness.ts';
import { isAlive, waitUntil } from './testing/wait-until.ts';

const STAND_INS = fileURLToPath(new URL('./testing/stand-ins/', import.meta.url));
const QUICK_SILENCE = { silentMs: 1_500, toolSilentMs: 60_000, resultDueMs: 1_500 };

let harness: Harness;

afterEach(async () => {
  expect(harness.endpoint.violations).toEqual([]);
  await harness.close();
});

function standIn(name: string, config: Parameters<typeof createHarness>[0] = {}): Promise<Harness> {
  return createHarness({ executable: path.join(STAND_INS, `${name}.mjs`), ...config });
}

/** A long command of Claude's: its process number, once it runs. */
async function runningCommand(): Promise<number> {
  const file = path.join(harness.cwd, 'command.pid');
  await waitUntil(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
  const pid = Number(readFileSync(file, 'utf8'));
  expect(isAlive(pid)).toBe(true);
  return pid;
}

const LONG_COMMAND = '[[long-command:printf $$ > command.pid; for i in $(seq 3000); do sleep 0.1; done]]';

describe('a turn that somebody ends', () => {
  it('is interrupted in the middle of a command, and nothing of it runs on', async () => {
    harness = await createHarness();
    const spec = harness.spec();
    const conversation = harness.driver.open(spec);
    const turn = harness.turn(conversation, LONG_COMMAND);
    const command = await runningCommand();
    const cli = conversation.pid ?? 0;
    await conversation.interrupt('stopped');
    expect(await turn).toEqual({ type: 'interrupted', reason: 'stopped' });
    expect([isAlive(command), isAlive(cli), conversation.pid]).toEqual([false, false, null]);
    const next = harness.driver.open({ ...spec, resumeId: spec.sessionId });
    expect(await harness.turn(next, '[[history]]')).toMatchObject({
      type: 'finished',
      text: expect.stringContaining('long-command'),
    });
  });

  it('is interrupted while the model does not answer', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    const turn = harness.turn(conversation, '[[hang]]');
    await waitUntil(() => harness.endpoint.requests.some((request) => request.script?.name === 'hang'));
    await conversation.interrupt('cancelled');
    expect(await turn).toEqual({ type: 'interrupted', reason: 'cancelled' });
  });

  it('ends at once when its process still waits for its start', async () => {
    harness = await createHarness({ startsAtOnce: 1 });
    const first = harness.driver.open(harness.spec());
    const second = harness.driver.open(harness.spec());
    const turns = [harness.turn(first, '[[say:one]]'), harness.turn(second, '[[say:two]]')];
    await second.interrupt('cancelled');
    expect([first.pid, second.pid]).toEqual([expect.any(Number), null]);
    expect(await Promise.all(turns)).toEqual([
      { type: 'finished', text: 'one' },
      { type: 'interrupted', reason: 'cancelled' },
    ]);
    expect(harness.of('claude.started')).toHaveLength(1);
  });

  it('ends with its time, after a warning', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    const end = await harness.turn(conversation, LONG_COMMAND, { timeLimitMs: 2_000, warnAfterMs: 1_600 });
    expect(end).toEqual({ type: 'timed_out' });
    expect(harness.of('notice').map((event) => event.text)).toEqual([
      expect.stringContaining('time limit is near'),
    ]);
  });

  it('ends when the turns or the money of the task are used up', async () => {
    harness = await createHarness();
    const turns = harness.driver.open(harness.spec({ maxTurns: 2 }));
    expect(await harness.turn(turns, '[[loop:5]]')).toEqual({ type: 'exhausted', limit: 'turns' });
    const money = harness.driver.open(harness.spec({ maxUsd: 0.000_1 }));
    expect(await harness.turn(money, '[[loop:5]]')).toEqual({ type: 'exhausted', limit: 'usd' });
  });
});

describe('a model that fails', () => {
  it('is asked again after an overload, and told to go on instead of being given the prompt twice', async () => {
    harness = await createHarness();
    const end = await harness.turn(harness.driver.open(harness.spec()), '[[overloaded:3]]');
    expect(end).toEqual({ type: 'finished', text: 'It works again.' });
    expect(harness.of('claude.api_retry')[0]).toMatchObject({ attempt: 1, status: 529 });
    const texts = JSON.stringify(harness.endpoint.requests.at(-1)?.body?.messages);
    expect(texts.split('[[overloaded:3]]')).toHaveLength(2);
    expect(texts).toContain('works again. Go on');
  });

  it.each([
    ['overloaded', 'api_overloaded', 6],
    ['server-error', 'api_error', 6],
    ['no-model', 'bad_request', 2],
    ['bad-request', 'bad_request', 6],
    ['forbidden', 'not_logged_in', 1],
    ['no-credit', 'usage_limit', 1],
  ])('with %s ends as %s', async (script, kind, requests) => {
    harness = await createHarness();
    const end = await harness.turn(harness.driver.open(harness.spec()), `[[${script}]]`);
    expect(end).toEqual({
      type: 'failed',
      failure: {
        kind,
        message: expect.stringMatching(/\w/),
        remedy: expect.stringMatching(/\w/),
        retryAt: null,
      },
    });
    expect(harness.endpoint.requests.filter((request) => request.script !== null)).toHaveLength(requests);
  });

  it('that refuses the login is not asked for three minutes', async () => {
    harness = await createHarness({}, { CLAUDE_CODE_MAX_RETRIES: '10' });
    const end = await harness.turn(harness.driver.open(harness.spec()), '[[unauthorized]]');
    expect(end).toMatchObject({ type: 'failed', failure: { kind: 'not_logged_in' } });
    expect(harness.endpoint.requests.filter((request) => request.script !== null).length).toBeLessThan(4);
  });

  it('that nobody answers for is unreachable', async () => {
    harness = await createHarness({}, { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' });
    const end = await harness.turn(harness.driver.open(harness.spec()), 'hello');
    expect(end).toMatchObject({ type: 'failed', failure: { kind: 'api_unreachable' } });
  });

  it('tells when a usage limit resets, and is not asked again', async () => {
    harness = await createHarness(
      {},
      { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: 'test-token' },
    );
    const resetsAt = Math.floor(Date.now() / 1_000) + 3_600;
    const end = await harness.turn(harness.driver.open(harness.spec()), `[[usage-limit:${resetsAt}]]`);
    expect(end).toMatchObject({
      type: 'failed',
      failure: { kind: 'usage_limit', retryAt: resetsAt * 1_000 },
    });
    expect(harness.endpoint.requests.filter((request) => request.script !== null)).toHaveLength(1);
  });

  it('is not left with a kept process', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    await harness.turn(conversation, '[[bad-request]]');
    await conversation.release();
    expect([conversation.pid, harness.driver.count()]).toEqual([null, { busy: 0, idle: 0 }]);
  });

  it('without a login ends at once', async () => {
    harness = await createHarness({}, { ANTHROPIC_API_KEY: undefined });
    const end = await harness.turn(harness.driver.open(harness.spec()), 'hello');
    expect(end).toMatchObject({ type: 'failed', failure: { kind: 'not_logged_in' } });
  });
});

describe('a process that dies or hangs', () => {
  it('is resumed once when it was killed in the middle of a command, which does not run on', async () => {
    harness = await createHarness();
    const spec = harness.spec();
    const conversation = harness.driver.open(spec);
    const turn = harness.turn(conversation, LONG_COMMAND);
    const command = await runningCommand();
    /** What the transcript does not hold yet would be done again, rightly. */
    await waitUntil(() => {
      const file = findTranscript(harness.configDir, spec.cwd, spec.sessionId);
      return file !== null && readFileSync(file, 'utf8').includes('"tool_use"');
    });
    process.kill(conversation.pid ?? 0, 'SIGKILL');
    expect(await turn).toEqual({ type: 'finished', text: 'The command ended.' });
    expect(isAlive(command)).toBe(false);
    expect(harness.of('claude.recovering')).toEqual([
      {
        type: 'claude.recovering',
        how: 'resume',
        failure: expect.objectContaining({ kind: 'killed', message: expect.stringContaining('SIGKILL') }),
        attempt: 1,
        maxAttempts: 1,
        delayMs: 0,
      },
    ]);
    expect(harness.of('claude.started').map((event) => event.resumed)).toEqual([false, true]);
    const last = JSON.stringify(harness.endpoint.requests.at(-1)?.body?.messages);
    expect(last).toContain('ended unexpectedly while you worked');
  });

  it('fails as stalled when it is silent, was resumed, and is silent again', async () => {
    harness = await createHarness({ silence: QUICK_SILENCE });
    const end = await harness.turn(harness.driver.open(harness.spec()), '[[hang]]');
    expect(end).toMatchObject({ type: 'failed', failure: { kind: 'stalled' } });
    expect(harness.of('claude.started')).toHaveLength(2);
  });

  it('is killed when it ignores the interrupt and TERM', async () => {
    harness = await standIn('hangs-and-ignores-signals', { silence: { ...QUICK_SILENCE, silentMs: 300 } });
    const conversation = harness.driver.open(harness.spec());
    const turn = harness.turn(conversation, 'hello');
    await harness.seen('claude.started');
    const pid = conversation.pid ?? 0;
    await conversation.interrupt('cancelled');
    expect(await turn).toEqual({ type: 'interrupted', reason: 'cancelled' });
    expect(isAlive(pid)).toBe(false);
  });

  it('counts as finished when the model had said its last word and only the result is missing', async () => {
    harness = await standIn('hangs-before-result', { silence: { ...QUICK_SILENCE, resultDueMs: 200 } });
    const end = await harness.turn(harness.driver.open(harness.spec()), 'hello');
    expect(end).toEqual({ type: 'finished', text: 'all done' });
    expect(harness.of('notice')).toHaveLength(1);
  });

  it('fails with what it wrote to stderr when it exits without a result twice', async () => {
    harness = await standIn('exits-without-result');
    const end = await harness.turn(harness.driver.open(harness.spec()), 'hello');
    expect(end).toMatchObject({
      type: 'failed',
      failure: {
        kind: 'exited_without_result',
        message: 'Claude Code exited with code 3 without a result: panic: out of ideas',
      },
    });
    expect(harness.of('claude.started')).toHaveLength(2);
  });

  it('does not hold up its turn when it lingers after the result, and is killed at the end', async () => {
    harness = await standIn('lingers-after-result');
    const conversation = harness.driver.open(harness.spec());
    expect(await harness.turn(conversation, 'hello')).toEqual({ type: 'finished', text: 'done' });
    const pid = conversation.pid ?? 0;
    await conversation.end();
    expect(isAlive(pid)).toBe(false);
  });

  it('has its grandchild ended too, which holds the output open', async () => {
    harness = await standIn('leaves-grandchild');
    const conversation = harness.driver.open(harness.spec());
    const end = await harness.turn(conversation, 'hello');
    const pid = Number(/grandchild (\d+)/.exec(end.type === 'finished' ? end.text : '')?.[1]);
    await conversation.end();
    await waitUntil(() => !isAlive(pid));
  });

  it('may print a line of megabytes: the text arrives whole, in events that fit', async () => {
    harness = await standIn('prints-a-long-line');
    const end = await harness.turn(harness.driver.open(harness.spec()), 'hello');
    expect(end).toEqual({ type: 'finished', text: 'é'.repeat(1_000_000) });
    const texts = harness.of('claude.text').map((event) => event.text);
    expect([texts.length > 10, texts.join('')]).toEqual([true, 'é'.repeat(1_000_000)]);
    expect(harness.of('claude.turn_ended')[0]?.text).toMatchObject({ bytes: 2_000_000, cut: true });
  });

  it('may print what is not JSON or not known', async () => {
    harness = await standIn('prints-garbage');
    const end = await harness.turn(harness.driver.open(harness.spec()), 'hello');
    expect(end).toEqual({ type: 'finished', text: 'still here' });
  });
});

describe('an executable that can not be started', () => {
  it('is not installed, and the failure names it', async () => {
    harness = await createHarness({ executable: '/nonexistent/claude' });
    const end = await harness.turn(harness.driver.open(harness.spec()), 'hello');
    expect(end).toMatchObject({
      type: 'failed',
      failure: { kind: 'not_installed', message: expect.stringContaining('/nonexistent/claude') },
    });
  });

  it('is not installed when the file is not executable', async () => {
    harness = await createHarness();
    const folder = await mkdtemp(path.join(harness.cwd, 'bin-'));
    const file = path.join(folder, 'claude');
    await writeFile(file, 'not a program');
    await chmod(file, 0o644);
    await harness.close();
    harness = await createHarness({ executable: file });
    const end = await harness.turn(harness.driver.open(harness.spec()), 'hello');
    expect(end).toMatchObject({ type: 'failed', failure: { kind: 'not_installed' } });
  });
});
