import { describe, expect, it } from 'vitest';
import { MAX_FRAME_EVENTS } from '../../protocol/limits.ts';
import { MAX_SMALL_FRAMES_IN_FLIGHT, SendWindow } from './send-window.ts';

/** A window with as many small frames unacked as there may be. */
function busyWindow(): SendWindow {
  const window = new SendWindow([{ epoch: 1, lastSeq: 0 }]);
  for (let seq = 1; seq <= MAX_SMALL_FRAMES_IN_FLIGHT; seq += 1) {
    window.grow(1, seq);
    expect(window.next()).toMatchObject({ fromSeq: seq, untilSeq: seq });
    window.sent(1, seq, 100);
  }
  return window;
}

describe('SendWindow', () => {
  it('gathers what comes while small frames are unacked and sends it with the next ack', () => {
    const window = busyWindow();
    window.grow(1, MAX_SMALL_FRAMES_IN_FLIGHT + 5);
    expect(window.next()).toBeNull();
    window.acked(1, 1);
    expect(window.next()).toMatchObject({
      fromSeq: MAX_SMALL_FRAMES_IN_FLIGHT + 1,
      untilSeq: MAX_SMALL_FRAMES_IN_FLIGHT + 5,
    });
  });

  it('sends a full frame without waiting for an ack', () => {
    const window = busyWindow();
    window.grow(1, MAX_SMALL_FRAMES_IN_FLIGHT + MAX_FRAME_EVENTS);
    expect(window.next()).toMatchObject({ fromSeq: MAX_SMALL_FRAMES_IN_FLIGHT + 1 });
  });

  it('sends everything anew after a reconnect, however much was unacked', () => {
    const window = busyWindow();
    window.opened([{ epoch: 1, lastSeq: 0 }]);
    expect(window.next()).toMatchObject({ fromSeq: 1, untilSeq: MAX_SMALL_FRAMES_IN_FLIGHT });
  });
});
