import { env } from 'cloudflare:workers';
import {
  type ControlFromRunner,
  type ControlToRunner,
  controlToRunnerSchema,
} from '../../../protocol/control-socket.ts';
import { type JobClaims, jobClaimsSchema } from '../../../protocol/job-envelope.ts';
import { taskOptionsSchema } from '../../../protocol/task-options.ts';
import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import { fromBase64Url } from '../../access/base64url.ts';
import type { FleetJob } from '../../contracts.ts';

/** A frame as a runner reads it: with what is in a signed job. Whether it is rightly signed is for other tests. */
type Frame = Exclude<ControlToRunner, { type: 'assign' }> | Assigned;
type Assigned = Extract<ControlToRunner, { type: 'assign' }> & JobClaims;
type FrameOf<Type> = Extract<Frame, { type: Type }>;

/** A runner's end of a control socket, for tests. */
export type ConnectedRunner = {
  id: string;
  send(frame: ControlFromRunner): void;
  sendText(text: string): void;
  hello(over?: Partial<Extract<ControlFromRunner, { type: 'hello' }>>): Promise<FrameOf<'welcome'>>;
  /** The next frame of this type that was not read yet. Other types stay unread. */
  next<Type extends Frame['type']>(type: Type): Promise<FrameOf<Type>>;
  /** Frames that were not read yet. */
  unread(): Frame[];
  closed: Promise<{ code: number; reason: string }>;
  close(code?: number): void;
};

/** Opens a control socket straight at the Fleet object, as the Worker does after its credential check. */
export async function connectRunner(account: string, runnerId: string): Promise<ConnectedRunner> {
  const response = await fleet(account).fetch(`https://fleet/connect?runner=${runnerId}`, {
    headers: { upgrade: 'websocket' },
  });
  const socket = response.webSocket;
  if (socket === null) throw new Error(`The Fleet answered ${response.status} instead of a socket.`);
  socket.accept();
  const unread: Frame[] = [];
  const arrived: (() => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    unread.push(readFrame(String(data)));
    for (const wake of arrived.splice(0)) wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason })),
  );
  const isOf =
    <Type extends Frame['type']>(type: Type) =>
    (frame: Frame): frame is FrameOf<Type> =>
      frame.type === type;
  const runner: ConnectedRunner = {
    id: runnerId,
    send: (frame) => socket.send(JSON.stringify(frame)),
    sendText: (text) => socket.send(text),
    async hello(over) {
      runner.send({ ...HELLO, ...over });
      return runner.next('welcome');
    },
    async next(type) {
      for (;;) {
        const found = unread.find(isOf(type));
        if (found !== undefined) {
          unread.splice(unread.indexOf(found), 1);
          return found;
        }
        await new Promise<void>((resolve) => arrived.push(resolve));
      }
    },
    unread: () => [...unread],
    closed,
    close: (code = 1000) => socket.close(code, 'test'),
  };
  return runner;
}

function readFrame(text: string): Frame {
  const frame = controlToRunnerSchema.parse(JSON.parse(text));
  if (frame.type !== 'assign') return frame;
  const payload = fromBase64Url(frame.envelope.split('.')[1] ?? '') ?? new Uint8Array();
  return { ...frame, ...jobClaimsSchema.parse(JSON.parse(new TextDecoder().decode(payload))) };
}

export function fleet(account: string) {
  return env.FLEET.get(env.FLEET.idFromName(account));
}

const HELLO = {
  type: 'hello' as const,
  protocol: PROTOCOL_VERSION,
  version: '0.1.0',
  platform: 'linux',
  claudeVersion: null,
  labels: [],
  capacity: 2,
  jobs: [],
};

/** A job as a session asks for it. */
export function makeJob(sessionId: string, taskNumber = 1, over: Partial<FleetJob> = {}): FleetJob {
  const taskId = `${sessionId}.${taskNumber}`;
  return {
    taskId,
    sessionId,
    lockKey: `session:${sessionId}`,
    labels: [],
    requester: 'mona',
    priority: 'normal',
    concurrency: null,
    project: 'folder:/srv/project',
    preferredRunnerId: null,
    enqueuedAt: 1_000 + taskNumber,
    job: {
      taskId,
      taskNumber,
      sessionId,
      account: 'local',
      origin: 'api',
      workspace: { type: 'local', path: '/srv/project' },
      branch: null,
      prompt: { request: 'Do it', context: null },
      options: taskOptionsSchema.parse({}),
      claudeSessionId: null,
      priorCostUsd: 0,
      previousAttempt: null,
      queuedEpoch: 0,
      discard: null,
      overriddenTree: null,
      commit: {
        subject: 'Do it',
        body: '',
        author: { name: 'bot', email: 'bot@example.com' },
        coAuthor: null,
      },
    },
    ...over,
  };
}
