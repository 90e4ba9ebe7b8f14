import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { runnerEventSchema } from '../../protocol/events.ts';
import { MAX_EVENT_BYTES } from '../../protocol/limits.ts';
import { classifyResult } from './classify-result.ts';
import type { MapState } from './map-message.ts';
import { FIRST_MAP_STATE, mapMessage } from './map-message.ts';
import type { ClaudeMessage, ResultMessage } from './message-schema.ts';
import { parseMessage } from './message-schema.ts';

/** Milliseconds between the lines of a transcript, as the tests pretend. */
const TICK_MS = 10;

function replay(name: string): { events: RunnerEvent[]; results: ResultMessage[] } {
  const file = new URL(`./fixtures/${name}.ndjson`, import.meta.url);
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  let state: MapState = FIRST_MAP_STATE;
  let nowMs = 0;
  const events: RunnerEvent[] = [];
  const results: ResultMessage[] = [];
  for (const line of lines) {
    nowMs += TICK_MS;
    const message = parseMessage(JSON.parse(line));
    if (message === null) continue;
    if (message.type === 'result') results.push(message);
    const mapped = mapMessage(message, state, nowMs, keepNothing);
    state = mapped.state;
    events.push(...mapped.events);
  }
  return { events, results };
}

const keepNothing = (): null => null;

/** `tool_use^` is what a sub-agent did. */
function sequence(events: readonly RunnerEvent[]): string {
  return events
    .map((event) => event.type.replace('claude.', '') + ('parent' in event && event.parent ? '^' : ''))
    .join(' ');
}

function lastEnd(results: readonly ResultMessage[]): string | null {
  const result = results.at(-1);
  if (result === undefined) return null;
  const end = classifyResult(result, null);
  switch (end.type) {
    case 'failed':
      return end.failure.kind;
    case 'exhausted':
      return end.limit;
    default:
      return end.type;
  }
}

const RETRIES_10 = 'api_retry '.repeat(10);
const STEP = 'text tool_use tool_result';

describe('a transcript of the real CLI', () => {
  it.each([
    ['a-success', `${STEP} tool_use tool_result text turn_ended`, 'finished'],
    ['b6-resume-unknown', 'turn_ended', 'internal'],
    ['c1-multi', 'text turn_ended tool_use tool_result text turn_ended text turn_ended', 'finished'],
    ['c2-midturn', `${STEP} ${STEP} ${STEP} ${STEP} text turn_ended`, 'finished'],
    ['c3b-interrupt-tool', 'tool_use tool_result turn_ended text turn_ended', 'finished'],
    ['c3c-interrupt-hang', 'turn_ended', 'internal'],
    ['c4d-deny-int', 'tool_use tool_result turn_ended', 'internal'],
    ['d-partial', `${STEP} tool_use tool_result text turn_ended`, 'finished'],
    ['d2-thinking', 'thinking text turn_ended', 'finished'],
    ['f1-max-turns', `${STEP} ${STEP} turn_ended`, 'turns'],
    ['f2-max-budget', `${STEP} text tool_use turn_ended`, 'usd'],
    ['f4-maxtok', 'text text text text notice turn_ended', 'bad_request'],
    ['f5-refusal', 'text text notice turn_ended', 'bad_request'],
    [
      'f9-subagent',
      'tool_use tool_result text tool_use^ tool_result^ text^ text turn_ended turn_ended',
      'finished',
    ],
    ['g-400', 'notice turn_ended', 'bad_request'],
    ['g-401', `${RETRIES_10}notice turn_ended`, 'not_logged_in'],
    ['g-404', 'notice turn_ended', 'bad_request'],
    ['g-429-retries1', 'api_retry notice turn_ended', 'api_overloaded'],
    ['g-529', 'api_retry api_retry notice turn_ended', 'api_overloaded'],
    ['g-529-fallback', 'api_retry api_retry notice api_retry text turn_ended', 'finished'],
    ['g-no-key', 'notice turn_ended', 'not_logged_in'],
    ['g-refused-retries2', 'api_retry api_retry notice turn_ended', 'api_unreachable'],
    ['h-sigkill-tool-resume', 'text turn_ended', 'finished'],
    ['h-sigterm-tool', 'tool_use tool_result', null],
    ['perm-default', `${STEP} tool_use permission_denied tool_result text turn_ended`, 'finished'],
  ])('%s gives its events in order and its end', (name, expected, end) => {
    const { events, results } = replay(name);
    expect([sequence(events), lastEnd(results)]).toEqual([expected, end]);
    for (const event of events) expect(runnerEventSchema.parse(event)).toEqual(event);
  });

  it('counts each turn alone, although the CLI adds up over the session', () => {
    const costs = replay('c1-multi').results.map((result) => result.total_cost_usd);
    const turns = replay('c1-multi').events.filter((event) => event.type === 'claude.turn_ended');
    expect(costs).toEqual([0.000548, 0.001644, 0.002192]);
    expect(turns.map((event) => [event.usage.inputTokens, event.usage.costUsd])).toEqual([
      [12, 0.000548],
      [24, 0.001096],
      [12, 0.000548],
    ]);
  });

  it('pairs a result with its tool use and says how long it took', () => {
    const { events } = replay('f9-subagent');
    const uses = events.filter((event) => event.type === 'claude.tool_use');
    const results = events.filter((event) => event.type === 'claude.tool_result');
    expect(results.map((event) => event.toolUseId)).toEqual(uses.map((event) => event.toolUseId));
    for (const event of results) expect(event.durationMs).toBeGreaterThanOrEqual(TICK_MS);
  });
});

function userWith(content: string): ClaudeMessage {
  return {
    type: 'user',
    message: { content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content }] },
  };
}

describe('a large line', () => {
  it.each([
    ['letters', 'a'.repeat(3_000_000)],
    ['umlauts', 'ä'.repeat(1_000_000)],
    ['control characters', '\u0001'.repeat(1_000_000)],
    ['emoji and a lone surrogate', `${'🚂'.repeat(500_000)}\ud83d`],
  ])('of %s fits events, and says what was cut', (_name, whole) => {
    const bytes = Buffer.byteLength(whole.toWellFormed());
    const result = mapMessage(userWith(whole), FIRST_MAP_STATE, 0, keepNothing).events;
    expect(result).toMatchObject([{ type: 'claude.tool_result', output: { bytes, cut: true } }]);
    const said: ClaudeMessage = {
      type: 'assistant',
      message: { model: 'claude', content: [{ type: 'text', text: whole }] },
    };
    const texts = mapMessage(said, FIRST_MAP_STATE, 0, keepNothing).events;
    const joined = texts.map((event) => (event.type === 'claude.text' ? event.text : '')).join('');
    expect(joined === whole.toWellFormed()).toBe(true);
    for (const event of [...result, ...texts]) {
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(MAX_EVENT_BYTES);
    }
  });

  it('is handed over whole to be kept, and the event says where', () => {
    const whole = 'a'.repeat(100_000);
    const kept: string[] = [];
    const keep = (text: string, side: string) => {
      kept.push(`${side} ${text.length}`);
      return 'outputs/s/1.1-000001-output.txt';
    };
    expect(mapMessage(userWith(whole), FIRST_MAP_STATE, 0, keep).events).toMatchObject([
      { output: { cut: true, kept: 'outputs/s/1.1-000001-output.txt' } },
    ]);
    expect(mapMessage(userWith('short'), FIRST_MAP_STATE, 0, keep).events).toMatchObject([
      { output: { text: 'short', cut: false } },
    ]);
    expect(kept).toEqual(['output 100000']);
  });

  it('of blocks keeps the text and names the rest', () => {
    const message = parseMessage({
      type: 'user',
      message: {
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            content: [
              { type: 'text', text: 'seen' },
              { type: 'image', source: {} },
            ],
          },
        ],
      },
      parent_tool_use_id: null,
    });
    if (message === null) throw new Error('not parsed');
    expect(mapMessage(message, FIRST_MAP_STATE, 5, keepNothing).events).toEqual([
      {
        type: 'claude.tool_result',
        toolUseId: 'toolu_1',
        isError: false,
        output: { text: 'seen\n[image]', bytes: 12, cut: false },
        durationMs: null,
        parent: null,
      },
    ]);
  });
});
