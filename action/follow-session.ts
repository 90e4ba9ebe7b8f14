import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { z } from 'zod';
import { type LoggedEvent, loggedEventSchema } from '../protocol/events.ts';
import type { KeyHolder } from './key-holder.ts';
import { retryDelayMs, type SendDeps } from './send-request.ts';

/** The server writes at least every 15 s; a stream that says nothing for longer is cut. */
export const SILENCE_MS = 45_000;

/** An answer that does not even begin within this never comes. */
const CONNECT_DEADLINE_MS = 20_000;

/** How long the deployment may stay away before the step gives up. */
const MAX_OUTAGE_MS = 30 * 60_000;

export type FollowDeps = SendDeps & {
  keys: KeyHolder;
  now: () => number;
  /** Told when the stream is cut and taken up again. */
  onTrouble: (message: string) => void;
};

export class LostStreamError extends Error {}

/** Newer deployments may tell of things that this version does not know: they have a number all the same. */
const numberedSchema = z.looseObject({ id: z.int().positive() });

type Known = { id: number; event: LoggedEvent | null };

/**
 * The session's events after `afterId`, in order, each once: a stream that ends or breaks is taken up after the last
 * event that was seen, with waits that grow.
 *
 * @throws LostStreamError when it can't be followed any more
 */
export async function* followSession(
  url: string,
  sessionId: string,
  afterId: number,
  deps: FollowDeps,
): AsyncGenerator<LoggedEvent> {
  let lastId = afterId;
  let failures = 0;
  let lastGoodMs = deps.now();
  // A task that waits tells nothing for hours but that the deployment is there.
  const onHeard = () => {
    lastGoodMs = deps.now();
  };
  const address = `${url}/api/sessions/${sessionId}/events`;
  while (!deps.signal.aborted) {
    try {
      for await (const { id, event } of connect(address, lastId, deps, onHeard)) {
        failures = 0;
        if (id <= lastId) continue;
        if (id > lastId + 1) throw new Error(`The stream went from event ${lastId} to ${id}`);
        lastId = id;
        if (event !== null) yield event;
      }
      // The server ends each stream now and then, and asks anew who reads it.
      onHeard();
    } catch (error) {
      if (error instanceof LostStreamError || deps.signal.aborted) throw error;
      deps.onTrouble(
        `${error instanceof Error ? error.message : String(error)}; going on after event ${lastId}.`,
      );
    }
    if (deps.now() - lastGoodMs > MAX_OUTAGE_MS) {
      throw new LostStreamError(`${url} was not reached for ${MAX_OUTAGE_MS / 60_000} minutes.`);
    }
    await sleep(retryDelayMs(failures, deps.random()), undefined, { signal: deps.signal }).catch(
      () => undefined,
    );
    failures += 1;
  }
}

async function* connect(
  address: string,
  lastId: number,
  deps: FollowDeps,
  onHeard: () => void,
): AsyncGenerator<Known> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(new Error('No answer came')), CONNECT_DEADLINE_MS);
  const key = await deps.keys.key();
  try {
    const response = await deps.fetch(address, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${key}`,
        'last-event-id': String(lastId),
      },
      redirect: 'error',
      signal: AbortSignal.any([deps.signal, silence.signal]),
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      judgeRefusal(response.status, key, deps.keys);
      throw new Error(`The stream was answered with ${response.status}`);
    }
    let arrived: Known[] = [];
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (event === undefined) arrived.push(readEvent(data));
      },
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      onHeard();
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(new Error('The stream fell silent')), SILENCE_MS);
      parser.feed(decoder.decode(chunk, { stream: true }));
      const ready = arrived;
      arrived = [];
      yield* ready;
    }
  } catch (error) {
    if (silence.signal.aborted) throw silence.signal.reason;
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** @throws LostStreamError where no other try helps */
function judgeRefusal(status: number, key: string, keys: KeyHolder): void {
  if (status === 404)
    throw new LostStreamError(
      'The session is gone: somebody deleted it, or its repository was taken from the App.',
    );
  if (status === 403) throw new LostStreamError('The key may not read the session any more.');
  if (status === 401 && !keys.forget(key)) throw new LostStreamError('The key is no longer valid.');
}

function readEvent(data: string): Known {
  const json: unknown = JSON.parse(data);
  const { id } = numberedSchema.parse(json);
  return { id, event: loggedEventSchema.safeParse(json).data ?? null };
}
