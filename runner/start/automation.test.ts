import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../protocol/job.ts';
import type { TaskOptionsInput } from '../../protocol/task-options.ts';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness } from '../testing/runner-harness.ts';
import type { RunnerProcess } from '../testing/start-runner-process.ts';
import { waitFor } from '../testing/wait-for.ts';

const LIMIT_MS = 25_000;

/** One runner for all: each job has a session and a branch of its own. */
let harness: RunnerHarness;
let runner: RunnerProcess;
beforeAll(async () => {
  harness = await createRunnerHarness();
  runner = await harness.connect();
});
afterEach(() => harness.endJobs());
afterAll(() => harness?.close());

const assign = (request: string, options: TaskOptionsInput) => harness.assign(request, options);

const count = (job: Job, type: string) =>
  harness
    .session(job)
    .events()
    .filter((event) => event.type === type).length;

const wanted = (job: Job, times: number) =>
  waitFor('a person to be asked', () => count(job, 'input.wanted') >= times, LIMIT_MS);

function say(job: Job, text: string): void {
  harness.session(job).command({ type: 'message', messageId: crypto.randomUUID(), author: 'ada', text });
}

const committed = (job: Job, file: string) => harness.git('show', `refs/heads/${job.branch}:${file}`);

describe('a chat', () => {
  it('waits for a person after each turn, and publishes when somebody takes the work as it is', async () => {
    const job = assign('[[say:Hello.]]', { mode: 'chat' });
    await wanted(job, 1);
    say(job, '[[write:b.txt|b]]');
    await wanted(job, 2);
    harness.session(job).command({ type: 'finish', by: 'ada' });
    await harness.stored(job, 'job.finished');

    const session = harness.session(job);
    expect(session.find('input.wanted')).toEqual({ type: 'input.wanted', kind: 'chat', text: null });
    expect(session.find('job.finished')?.outcome).toMatchObject({ type: 'published' });
    expect(committed(job, 'b.txt')).toBe('b');
    expect(count(job, 'automation.asked')).toBe(0);
    expect(session.violations).toEqual([]);
  });

  it('goes on waiting when its runner is killed and started anew, and Claude remembers', async () => {
    const job = assign('[[say:Hello.]]', { mode: 'chat' });
    await wanted(job, 1);
    await runner.kill();
    const asked = harness.model.requests.length;
    runner = await harness.connect();
    await wanted(job, 2);
    expect(harness.model.requests.length).toBe(asked);

    say(job, '[[history]]');
    await wanted(job, 3);
    expect(harness.session(job).find('claude.turn_ended')?.text.text).toContain('[[say:Hello.]]');
    expect(harness.session(job).find('claude.started')).toMatchObject({ resumed: true });
    harness.session(job).command({ type: 'finish', by: 'ada' });
    await harness.stored(job, 'job.finished');
    expect(harness.session(job).find('job.finished')?.outcome).toEqual({ type: 'unchanged' });
  });

  it('can be stopped while it waits', async () => {
    const job = assign('[[write:b.txt|b]]', { mode: 'chat' });
    await wanted(job, 1);
    harness.session(job).command({ type: 'stop', reason: 'Enough.' });
    await harness.stored(job, 'job.finished');
    expect(harness.session(job).find('job.finished')?.outcome).toMatchObject({ type: 'stopped' });
    expect(harness.session(job).find('rescue.made')).toBeDefined();
  });
});

describe('end criteria', () => {
  it('have Claude go on until the command passes', async () => {
    const endCommand = "test -f done.txt || { echo '[[write:done.txt|x]]'; exit 3; }";
    const job = assign('[[write:a.txt|a]]', { endCommand });
    await harness.stored(job, 'job.finished');

    const judged = harness
      .session(job)
      .events()
      .filter((event) => event.type === 'automation.judged');
    expect(judged.map(({ holds, command }) => [holds, command?.exitCode])).toEqual([
      [false, 3],
      [true, 0],
    ]);
    expect(harness.session(job).find('automation.continued')).toMatchObject({ iteration: 1, by: 'criteria' });
    expect(committed(job, 'done.txt')).toBe('x');
  });

  it('hold by a sentence when the judge quotes the work word for word', async () => {
    const endWhen = 'A file says ready. {{holds-when:ready!<<write:b.txt|ready>>}}';
    const job = assign('[[write:a.txt|almost]]', { endWhen });
    await harness.stored(job, 'job.finished');

    expect(harness.session(job).find('automation.judged')).toMatchObject({
      iteration: 2,
      holds: true,
      sentence: { verdict: 'holds', evidence: [{ source: 'changes', quote: '+ready' }] },
    });
    expect(committed(job, 'b.txt')).toBe('ready');
    expect(harness.session(job).find('automation.asked')?.usage.costUsd).toBeGreaterThan(0);
  });

  it('ask a person when the judge quotes what nobody wrote, twice', async () => {
    const job = assign('[[write:a.txt|a]]', { endWhen: 'It is good. {{invent}}' });
    await wanted(job, 1);

    expect(count(job, 'automation.asked')).toBe(2);
    expect(harness.session(job).find('input.wanted')).toMatchObject({
      kind: 'automation',
      text: expect.stringContaining('quoted what does not stand in the work'),
    });
  });

  it('end the task with what is missing once it went on as often as it may', async () => {
    const job = assign('[[write:a.txt|a]]', { endCommand: 'echo no tests; false', maxIterations: 1 });
    await harness.stored(job, 'job.finished');

    expect(harness.session(job).find('job.finished')?.outcome).toMatchObject({
      type: 'exhausted',
      limit: 'iterations',
      missing: expect.stringContaining('no tests'),
    });
    expect(count(job, 'automation.continued')).toBe(1);
    expect(harness.session(job).find('rescue.made')).toBeDefined();
  });
});

describe('the responder', () => {
  it("answers Claude's question in words, and the work goes on", async () => {
    const job = assign('[[say:{{respond:<<write:c.txt|blue>>}}\nBlue or red?]]', {});
    await harness.stored(job, 'job.finished');

    expect(harness.session(job).find('automation.continued')).toMatchObject({
      iteration: 1,
      by: 'responder',
    });
    expect(committed(job, 'c.txt')).toBe('blue');
  });

  it('asks a person when it is unsure; his answer goes to Claude', async () => {
    const job = assign('[[say:{{unsure:Which customer is meant}}\nWhich one?]]', {});
    await wanted(job, 1);
    expect(harness.session(job).find('input.wanted')).toEqual({
      type: 'input.wanted',
      kind: 'automation',
      text: 'Which customer is meant',
    });
    say(job, '[[write:d.txt|d]]');
    await harness.stored(job, 'job.finished');
    expect(committed(job, 'd.txt')).toBe('d');
  });

  it('is not heard when a person was faster', async () => {
    harness.model.hold('form');
    const job = assign('[[say:{{respond:<<write:c.txt|blue>>}}\nBlue or red?]]', {});
    await harness.model.reached('form');
    say(job, '[[write:c.txt|red]]');
    await harness.stored(job, 'job.finished');
    harness.model.release('form');

    expect(count(job, 'automation.continued')).toBe(0);
    expect(committed(job, 'c.txt')).toBe('red');
  });

  it('is not asked when Claude asks nothing', async () => {
    const job = assign('[[write:a.txt|a]]', {});
    await harness.stored(job, 'job.finished');
    expect(count(job, 'automation.asked')).toBe(0);
  });
});

it('ends a turn whose tokens are used up, and keeps the work', async () => {
  const job = assign('[[write:a.txt|a]] [[loop:6]]', { maxTokens: 20 });
  await harness.stored(job, 'job.finished');
  expect(harness.session(job).find('job.finished')?.outcome).toMatchObject({
    type: 'exhausted',
    limit: 'tokens',
  });
});
