import { expect, it } from 'vitest';
import { taskOptionsSchema } from '../../../protocol/task-options.ts';
import { WorkClock } from './work-clock.ts';

const OPTIONS = taskOptionsSchema.parse({ maxMinutes: 10, warnAt: 0.8 });
const MINUTE_MS = 60_000;

/** A clock of work, and the time that it reads. */
function clockAt(workedMs = 0) {
  let nowMs = 0;
  const clock = new WorkClock(workedMs, () => nowMs);
  return { clock, pass: (minutes: number) => (nowMs += minutes * MINUTE_MS) };
}

it('counts the time in which Claude works, that of earlier lives too', () => {
  const { clock, pass } = clockAt(MINUTE_MS);
  clock.turnStarts();
  pass(2);
  clock.turnEnds();
  pass(30);
  expect(clock.left(OPTIONS)).toEqual({ timeLimitMs: 7 * MINUTE_MS, warnAfterMs: 5 * MINUTE_MS });
  clock.startOver();
  expect(clock.left(OPTIONS).timeLimitMs).toBe(10 * MINUTE_MS);
});

it('stands still while any question to people is open', async () => {
  const { clock, pass } = clockAt();
  clock.turnStarts();
  pass(1);
  const [one, two] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const asked = [clock.whileAsking(() => one.promise), clock.whileAsking(() => two.promise)];
  pass(60);
  one.resolve('first');
  await asked[0];
  pass(60);
  two.resolve('second');
  expect(await Promise.all(asked)).toEqual(['first', 'second']);
  pass(1);
  clock.turnEnds();
  expect(clock.left(OPTIONS).timeLimitMs).toBe(8 * MINUTE_MS);
});

it('stands still while Claude holds, and has no warning left once its time has come', () => {
  const { clock, pass } = clockAt();
  clock.turnStarts();
  pass(9);
  clock.holds(true);
  pass(120);
  clock.turnEnds();
  expect(clock.left(OPTIONS)).toEqual({ timeLimitMs: MINUTE_MS, warnAfterMs: null });
});
