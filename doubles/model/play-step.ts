import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiMessage, MessageInput } from './build-message.ts';
import { buildMessage } from './build-message.ts';
import type { Holds } from './holds.ts';
import type { AnswerStep, Step } from './script.ts';
import { formatEvent, streamEvents } from './stream-events.ts';

/** Big enough that a fast script costs one write a block. */
const DEFAULT_CHUNK_CHARS = 2_000;

/** What a fault with no `afterwards` plays when its count is used up. */
const RECOVERED: AnswerStep = { type: 'answer', blocks: [{ type: 'text', text: 'It works again.' }] };

/** What a cut, a stall or a stream error has sent of before it happens. */
const HALF_SAID: AnswerStep = { type: 'answer', blocks: [{ type: 'text', text: 'This sentence is never' }] };

export type PlayInput = MessageInput & {
  stream: boolean;
  requestId: string;
  /** How often this step of this conversation was asked for before. */
  earlierTries: number;
};

export type PlayDeps = { holds: Holds; closing: AbortSignal };

/** Decides between a fault and what follows it. Pure. */
function stepNow(step: Step, earlierTries: number): Step {
  if (step.type === 'answer' || earlierTries < (step.times ?? Number.POSITIVE_INFINITY)) return step;
  return step.afterwards ?? RECOVERED;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function apiError(type: string, message: string, requestId: string) {
  return { type: 'error', error: { type, message }, request_id: requestId };
}

function openStream(
  response: ServerResponse,
  message: ApiMessage,
  requestId: string,
  headers?: Record<string, string>,
) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': requestId, ...headers });
  return streamEvents(message, DEFAULT_CHUNK_CHARS).map(formatEvent);
}

async function playAnswer(
  response: ServerResponse,
  step: AnswerStep,
  input: PlayInput,
  deps: PlayDeps,
): Promise<void> {
  const wait = { signal: deps.closing };
  if (step.hold !== undefined) await deps.holds.pass(step.hold);
  if (step.delayMs !== undefined) await sleep(step.delayMs, undefined, wait);
  const message = buildMessage(step, input);
  const headers = { 'request-id': input.requestId, ...step.headers };
  if (!input.stream) {
    sendJson(response, 200, message, headers);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  for (const event of streamEvents(message, step.chunkChars ?? DEFAULT_CHUNK_CHARS)) {
    if (response.destroyed) return;
    response.write(formatEvent(event));
    if (step.chunkDelayMs !== undefined && event.type === 'content_block_delta') {
      await sleep(step.chunkDelayMs, undefined, wait);
    }
  }
  response.end();
}

function playCut(response: ServerResponse, at: 'start' | 'middle' | 'end', input: PlayInput): void {
  const events = openStream(response, buildMessage(HALF_SAID, input), input.requestId);
  const sent = { start: 1, middle: 3, end: events.length - 1 }[at];
  response.write(events.slice(0, sent).join(''), () => response.destroy());
}

/** Answers one request as its script says. A hang and a stall resolve at once and leave the socket open. */
export async function playStep(
  response: ServerResponse,
  wanted: Step,
  input: PlayInput,
  deps: PlayDeps,
): Promise<void> {
  const step = stepNow(wanted, input.earlierTries);
  switch (step.type) {
    case 'answer':
      return playAnswer(response, step, input, deps);
    case 'http_error': {
      const retryAfter: Record<string, string> =
        step.retryAfterS === undefined ? {} : { 'retry-after': String(step.retryAfterS) };
      sendJson(response, step.status, apiError(step.errorType, step.message, input.requestId), {
        'request-id': input.requestId,
        ...retryAfter,
        ...step.headers,
      });
      return;
    }
    case 'stream_error': {
      const body = apiError(step.errorType, step.message, input.requestId);
      if (!input.stream) {
        sendJson(response, 529, body);
        return;
      }
      const events = openStream(response, buildMessage(HALF_SAID, input), input.requestId);
      response.end(events.slice(0, 3).join('') + formatEvent(body));
      return;
    }
    case 'cut':
      if (!input.stream) response.destroy();
      else playCut(response, step.at, input);
      return;
    case 'hang':
      return;
    case 'stall': {
      const events = openStream(response, buildMessage(HALF_SAID, input), input.requestId);
      response.write(events.slice(0, 3).join(''));
      return;
    }
  }
}
