import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { MAX_TOOL_TEXT_BYTES } from '../../protocol/limits.ts';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness } from '../testing/runner-harness.ts';
import { waitFor } from '../testing/wait-for.ts';

const PRINTS_MUCH = fileURLToPath(new URL('../claude/testing/stand-ins/prints-much.mjs', import.meta.url));

/** What 100 MB of output may cost in memory at any moment; holding all of it would cost several times that. */
const MAX_GROWTH_BYTES = 400_000_000;

/** Reading, cleaning and writing 100 MB takes seconds on a quiet machine. */
const PRINT_LIMIT_MS = 240_000;

let harness: RunnerHarness;
beforeEach(async () => {
  harness = await createRunnerHarness();
});
afterEach(() => harness.close());

/** A line of `/proc/<pid>/status` in bytes: `VmRSS` (memory now) or `VmHWM` (the most so far). */
function memoryOf(pid: number, line: 'VmRSS' | 'VmHWM'): number {
  const [, kilobytes] =
    new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1_024;
}

type Output = Extract<RunnerEvent, { type: 'claude.tool_result' }>;

it(
  'takes 100 MB and a line of 10 MB of Claude while the control plane hears nothing, in bounded memory and without a loss',
  async () => {
    const runner = harness.startRunner({ CLAUDE_CODE_PATH: PRINTS_MUCH });
    await waitFor('the runner to connect', () => harness.plane.hellos.length > 0);
    const pid = runner.child.pid ?? 0;
    const before = memoryOf(pid, 'VmRSS');
    const job = harness.job('Print much.');
    const session = harness.session(job);
    // From Claude's start on the session takes in what comes, but its answers are lost; then nothing moves at all.
    session.fault = () => (session.find('claude.started') === undefined ? 'none' : 'lose_ack');
    harness.plane.assign(job);
    await harness.stored(job, 'claude.started');
    for (const socket of session.sockets) socket.pause();
    const worktree = join(harness.dataDir, 'worktrees', job.sessionId);
    await waitFor(
      'all of it to be printed',
      () => existsSync(join(worktree, 'printed-all')) || existsSync(join(worktree, 'app', 'printed-all')),
      PRINT_LIMIT_MS,
    );
    const stored = session.log.length;
    session.fault = () => 'none';
    for (const socket of session.sockets) socket.terminate();
    await waitFor('the end to be stored', () => session.find('job.finished'), PRINT_LIMIT_MS);
    expect(memoryOf(pid, 'VmHWM') - before).toBeLessThan(MAX_GROWTH_BYTES);
    expect(stored).toBeLessThan(session.log.length);
    expect(session.violations).toEqual([]);

    const texts = session.events().flatMap((event) => (event.type === 'claude.text' ? [event.text] : []));
    const said = texts.join('');
    const numbers = [...said.matchAll(/<(\d+)>/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 400 }, (_, n) => n));
    expect(said.length).toBeGreaterThan(39_000_000);
    expect(said.endsWith('</399>')).toBe(true);

    const outputs = session.events().filter((event): event is Output => event.type === 'claude.tool_result');
    expect(outputs).toHaveLength(51);
    for (const { output } of outputs) {
      expect(output.cut).toBe(true);
      expect(Buffer.byteLength(output.text)).toBeLessThanOrEqual(MAX_TOOL_TEXT_BYTES);
      const whole = readFileSync(join(harness.dataDir, output.kept ?? 'nowhere'), 'utf8');
      expect(Buffer.byteLength(whole)).toBe(output.bytes);
      expect(whole.startsWith(output.text)).toBe(true);
    }
    expect(outputs.at(-1)?.output.bytes).toBe(10_000_010);
  },
  PRINT_LIMIT_MS * 2,
);
