import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Stack } from '../../local/stack/start-stack.ts';
import { controlToRunnerSchema } from '../../protocol/control-socket.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import { createRunnerAnswerSchema } from '../../protocol/http.ts';
import { jobToRunnerSchema } from '../../protocol/job-socket.ts';
import { MAX_FRAME_EVENTS } from '../../protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';

const claimsSchema = z.object({ epoch: z.int().positive() });

/** A runner with a valid credential that does no work and says what it likes. */
export type HostileRunner = {
  /** Takes the next job and says these events of it. Resolves when they are stored. */
  say(sessionId: string, events: readonly RunnerEvent[]): Promise<void>;
  close(): void;
};

export async function startHostileRunner(stack: Stack, name: string, label: string): Promise<HostileRunner> {
  const { credential } = await stack.api.post('/api/runners', { name }, createRunnerAnswerSchema);
  const control = await open(stack, '/api/runners/connect', credential);
  const assigned = nextFrame(control, controlToRunnerSchema, 'assign');
  control.send(
    JSON.stringify({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      version: name.slice(0, 50),
      platform: name.slice(0, 100),
      claudeVersion: name.slice(0, 50),
      labels: [label],
      capacity: 1,
      jobs: [],
    }),
  );
  const sockets = [control];
  return {
    async say(sessionId, events) {
      const { envelope, ticket } = await assigned;
      const claims = Buffer.from(envelope.split('.')[1] ?? '', 'base64url').toString();
      const { epoch } = claimsSchema.parse(JSON.parse(claims));
      const data = await open(stack, `/api/sessions/${sessionId}/tasks/1/connect`, ticket);
      sockets.push(data);
      const opened = nextFrame(data, jobToRunnerSchema, 'opened');
      data.send(JSON.stringify({ type: 'open', protocol: PROTOCOL_VERSION, epoch }));
      await opened;
      for (let from = 0; from < events.length; from += MAX_FRAME_EVENTS) {
        const acked = nextFrame(data, jobToRunnerSchema, 'ack');
        const timed = events.slice(from, from + MAX_FRAME_EVENTS).map((event) => ({ at: Date.now(), event }));
        data.send(JSON.stringify({ type: 'events', epoch, firstSeq: from + 1, events: timed }));
        await acked;
      }
    },
    close() {
      for (const socket of sockets) socket.terminate();
    },
  };
}

async function open(stack: Stack, path: string, bearer: string): Promise<WebSocket> {
  const socket = new WebSocket(`${stack.url.replace('http', 'ws')}${path}`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  await once(socket, 'open');
  return socket;
}

function nextFrame<Frame extends { type: string }, Type extends Frame['type']>(
  socket: WebSocket,
  schema: z.ZodType<Frame>,
  type: Type,
): Promise<Extract<Frame, { type: Type }>> {
  return new Promise((resolve, reject) => {
    socket.on('message', (data) => {
      const frame = schema.parse(JSON.parse(String(data)));
      if (isOf(frame, type)) resolve(frame);
    });
    socket.once('close', (code, reason) => reject(new Error(`Closed with ${code}: ${String(reason)}`)));
  });
}

function isOf<Frame extends { type: string }, Type extends Frame['type']>(
  frame: Frame,
  type: Type,
): frame is Extract<Frame, { type: Type }> {
  return frame.type === type;
}
