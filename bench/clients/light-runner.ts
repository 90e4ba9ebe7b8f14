import type { Stack } from '../../local/stack/start-stack.ts';
import { type ControlFromRunner, controlToRunnerSchema } from '../../protocol/control-socket.ts';
import type { Job } from '../../protocol/job.ts';
import { jobClaimsSchema } from '../../protocol/job-envelope.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { openPingedSocket, type PingedSocket, socketUrl } from './pinged-socket.ts';

export type Assignment = {
  job: Job;
  epoch: number;
  ticket: string;
  /** When the frame arrived: ms of `performance.now()`. */
  atMs: number;
};

export type LightRunner = Pick<PingedSocket, 'pongs' | 'isOpen' | 'close'> & {
  /** Says hello: from here on the Fleet gives it jobs. Resolves when it is welcome. */
  greet(capacity: number): Promise<void>;
};

/** A runner that speaks the control protocol and does nothing: a socket instead of a process. */
export async function connectLightRunner(
  stack: Stack,
  credential: string,
  onAssign: (assignment: Assignment) => void,
): Promise<LightRunner> {
  const welcome = Promise.withResolvers<void>();
  const socket = await openPingedSocket({
    url: socketUrl(stack.url, '/api/runners/connect'),
    headers: { authorization: `Bearer ${credential}` },
    onFrame(data, atMs) {
      const frame = controlToRunnerSchema.parse(JSON.parse(data.toString()));
      if (frame.type === 'welcome') welcome.resolve();
      if (frame.type === 'assign') {
        onAssign({ ...claimsIn(frame.envelope), ticket: frame.ticket, atMs });
      }
    },
  });
  return {
    ...socket,
    greet(capacity) {
      socket.send(JSON.stringify(helloOf(capacity)));
      return welcome.promise;
    },
  };
}

/** Read, not verified: this end does not run the job. */
function claimsIn(envelope: string): Pick<Assignment, 'job' | 'epoch'> {
  const payload = Buffer.from(envelope.split('.')[1] ?? '', 'base64url').toString();
  const { job, epoch } = jobClaimsSchema.parse(JSON.parse(payload));
  return { job, epoch };
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
