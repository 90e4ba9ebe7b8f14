import type { Stack } from '../../local/stack/start-stack.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import { type JobFromRunner, jobToRunnerSchema } from '../../protocol/job-socket.ts';
import { MAX_FRAME_EVENTS, WINDOW_BYTES } from '../../protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Assignment } from './light-runner.ts';
import { openPingedSocket, socketUrl } from './pinged-socket.ts';

export type JobClient = {
  /** Sends events in full frames, as fast as the window lets them go. Resolves when all of them are stored. */
  send(events: readonly RunnerEvent[]): Promise<void>;
  close(): void;
};

/** The data socket of one job, without a journal behind it. Resolves when the session has opened the job. */
export async function openJob(stack: Stack, { job, epoch, ticket }: Assignment): Promise<JobClient> {
  const opened = Promise.withResolvers<void>();
  let ackedSeq = 0;
  let lastSeq = 0;
  const waiting: (() => void)[] = [];
  const socket = await openPingedSocket({
    url: socketUrl(stack.url, `/api/sessions/${job.sessionId}/tasks/${job.taskNumber}/connect`),
    headers: { authorization: `Bearer ${ticket}` },
    onFrame(data) {
      const frame = jobToRunnerSchema.parse(JSON.parse(data.toString()));
      if (frame.type === 'opened') opened.resolve();
      if (frame.type === 'fenced' || frame.type === 'gap') {
        throw new Error(`The session answered the job of ${job.sessionId} with ${JSON.stringify(frame)}`);
      }
      if (frame.type === 'ack') {
        ackedSeq = frame.seq;
        for (const resolve of waiting.splice(0)) resolve();
      }
    },
  });
  const sendFrame = (frame: JobFromRunner) => {
    const text = JSON.stringify(frame);
    socket.send(text);
    return text.length;
  };
  sendFrame({ type: 'open', protocol: PROTOCOL_VERSION, epoch });
  await opened.promise;
  return {
    async send(events) {
      const inFlight: { untilSeq: number; bytes: number }[] = [];
      for (let index = 0; index < events.length; index += MAX_FRAME_EVENTS) {
        while (inFlight.reduce((sum, { bytes }) => sum + bytes, 0) > WINDOW_BYTES) {
          await waitForAck();
          while (inFlight[0] !== undefined && inFlight[0].untilSeq <= ackedSeq) inFlight.shift();
        }
        const at = Date.now();
        const part = events.slice(index, index + MAX_FRAME_EVENTS).map((event) => ({ at, event }));
        const bytes = sendFrame({ type: 'events', epoch, firstSeq: lastSeq + 1, events: part });
        lastSeq += part.length;
        inFlight.push({ untilSeq: lastSeq, bytes });
      }
      const ownLastSeq = lastSeq;
      while (ackedSeq < ownLastSeq) await waitForAck();
    },
    close: socket.close,
  };

  function waitForAck(): Promise<void> {
    return new Promise((resolve) => waiting.push(resolve));
  }
}
