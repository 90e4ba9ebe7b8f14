import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { StopSignal } from './stop-signal.ts';
import { startTurnClock } from './turn-clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function startClock(timeLimitMs: number, warnAfterMs: number) {
  const stop = new StopSignal();
  const events: RunnerEvent[] = [];
  const options = {
    ...{ timeLimitMs, warnAfterMs, assignedAtMs: 0, emit: (event: RunnerEvent) => events.push(event) },
    ...{ clean: (_stream: string, text: string) => text, keepWhole: () => null },
  };
  return { stop, events, clock: startTurnClock(stop, options, Date.now) };
}

describe("a turn's clock", () => {
  it('warns once and then stops the turn', () => {
    const { stop, events } = startClock(1_000, 800);
    vi.advanceTimersByTime(999);
    expect([events.length, stop.reason]).toEqual([1, null]);
    vi.advanceTimersByTime(1);
    expect([events.length, stop.reason]).toEqual([1, 'timed_out']);
  });

  it('stands still while the turn is paused, and does not warn again', () => {
    const { stop, events, clock } = startClock(1_000, 800);
    vi.advanceTimersByTime(900);
    clock.pause();
    vi.advanceTimersByTime(60_000);
    clock.start();
    vi.advanceTimersByTime(99);
    expect([events.length, stop.reason]).toEqual([1, null]);
    vi.advanceTimersByTime(1);
    expect(stop.reason).toBe('timed_out');
  });

  it('does nothing once it has ended', () => {
    const { stop, clock } = startClock(1_000, 800);
    clock.end();
    vi.advanceTimersByTime(10_000);
    expect(stop.reason).toBeNull();
  });
});
