import { expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { MAX_EVENT_BYTES } from '../../protocol/limits.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { fitEvent } from './fit-event.ts';

const HUGE = 'x'.repeat(MAX_EVENT_BYTES);

it('cuts the message of a refusal, which holds what was refused', () => {
  const { event, json, replaced } = fitEvent({
    type: 'claude.permission_denied',
    toolUseId: 't1',
    name: 'Bash',
    message: HUGE,
  });
  expect(replaced).toBeNull();
  expect(event).toMatchObject({ type: 'claude.permission_denied', toolUseId: 't1', name: 'Bash' });
  expect(Buffer.byteLength(json)).toBeLessThan(MAX_EVENT_BYTES);
});

const tooLarge: RunnerEvent[] = [
  { type: 'checkpoint.made', ref: HUGE, sha: 'a' },
  {
    type: 'claude.turn_ended',
    isError: false,
    terminalReason: HUGE,
    text: { text: 'done', bytes: 4, cut: false },
    turns: 1,
    durationMs: 1,
    usage: NO_USAGE,
    model: null,
  },
  {
    type: 'gates.finished',
    passed: true,
    results: [
      { name: HUGE, required: true, passed: true, output: { text: '', bytes: 0, cut: false }, durationMs: 1 },
    ],
  },
];
it.each(tooLarge.map((event) => [event.type, event] as const))(
  'puts a notice in the place of %s when what is too large may not be cut',
  (type, event) => {
    const fitted = fitEvent(event);
    expect(fitted.replaced).toBe(`${type}: it is too large`);
    expect(fitted.event).toMatchObject({ type: 'notice', level: 'error' });
  },
);
