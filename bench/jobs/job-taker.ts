import { once } from 'node:events';
import WebSocket from 'ws';
import type { Stack } from '../../local/stack/start-stack.ts';
import { type ControlFromRunner, controlToRunnerSchema } from '../../protocol/control-socket.ts';
import { createRunnerAnswerSchema } from '../../protocol/http.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';

/** A job comes within milliseconds. */
const JOB_DEADLINE_MS = 10_000;

export type JobTaker = {
  /** When the job of a session arrived: ms of `performance.now()`. */
  arrivalOf(sessionId: string): Promise<number>;
  close(): void;
};

/** A runner that takes every job of an account and does none of them: the near end of "the runner has the job". */
export async function connectJobTaker(stack: Stack, account: string, capacity: number): Promise<JobTaker> {
  const registration = { name: 'job taker', account };
  const { credential } = await stack.api.post('/api/runners', registration, createRunnerAnswerSchema);
  const socket = new WebSocket(`${stack.url.replace(/^http/, 'ws')}/api/runners/connect`, {
    headers: { authorization: `Bearer ${credential}` },
  });
  const arrivals = new Map<string, PromiseWithResolvers<number>>();
  const welcome = Promise.withResolvers<void>();
  const arrival = (sessionId: string) => {
    const known = arrivals.get(sessionId) ?? Promise.withResolvers<number>();
    arrivals.set(sessionId, known);
    return known;
  };
  socket.on('message', (data) => {
    const atMs = performance.now();
    const text = String(data);
    if (!text.startsWith('{')) return;
    const frame = controlToRunnerSchema.parse(JSON.parse(text));
    if (frame.type === 'welcome') welcome.resolve();
    if (frame.type === 'assign') arrival(frame.job.sessionId).resolve(atMs);
  });
  await once(socket, 'open');
  socket.send(JSON.stringify(helloOf(capacity)));
  await welcome.promise;
  return {
    async arrivalOf(sessionId) {
      const { promise, reject } = arrival(sessionId);
      const late = setTimeout(
        () => reject(new Error(`No runner got the job of ${sessionId}.`)),
        JOB_DEADLINE_MS,
      );
      try {
        return await promise;
      } finally {
        clearTimeout(late);
      }
    },
    close: () => socket.terminate(),
  };
}

function helloOf(capacity: number): ControlFromRunner {
  return {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    version: '0.1.0',
    platform: process.platform,
    claudeVersion: null,
    labels: [],
    capacity,
    jobs: [],
  };
}
