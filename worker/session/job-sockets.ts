import { CLOSE } from '../../protocol/close-codes.ts';
import type { RunnerId } from '../../protocol/ids.ts';
import type { NumberedCommand } from '../../protocol/job.ts';
import type { JobToRunner } from '../../protocol/job-socket.ts';
import type { TicketClaims } from '../access/ticket.ts';
import { closeQuietly } from './close-quietly.ts';

/** Who is at the other end; survives hibernation with the socket. `gone`: replaced, whatever still comes. */
export type JobSocket = {
  kind: 'job';
  taskNumber: number;
  epoch: number;
  runnerId: RunnerId;
  phase: 'new' | 'open' | 'gone';
};

const tagOf = (taskNumber: number) => `task:${taskNumber}`;

/** The data sockets of this session's jobs. One socket a task and epoch counts: the newest. */
export class JobSockets {
  readonly #ctx: DurableObjectState;
  /** Reading an attachment costs a deserialisation each time. */
  readonly #cache = new WeakMap<WebSocket, JobSocket>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  /** Answers a runner's upgrade and ends older sockets of the same task. */
  accept({ taskNumber, epoch, runnerId }: TicketClaims): Response {
    const older = this.#ctx.getWebSockets(tagOf(taskNumber));
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [tagOf(taskNumber)]);
    this.set(server, { kind: 'job', taskNumber, epoch, runnerId, phase: 'new' });
    for (const socket of older) {
      const state = this.get(socket);
      if (state.epoch === epoch) this.end(socket, CLOSE.replaced, 'A newer socket of this job took over.');
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Viewers have nothing to say but pings, which never reach the object. */
  has(socket: WebSocket): boolean {
    return this.#cache.has(socket) || socket.deserializeAttachment()?.kind === 'job';
  }

  get(socket: WebSocket): JobSocket {
    const known = this.#cache.get(socket);
    if (known !== undefined) return known;
    const state: JobSocket = socket.deserializeAttachment();
    this.#cache.set(socket, state);
    return state;
  }

  set(socket: WebSocket, state: JobSocket): void {
    socket.serializeAttachment(state);
    this.#cache.set(socket, state);
  }

  /** Closes a socket for good: frames of it that are still on the way are ignored. */
  end(socket: WebSocket, code: number, reason: string): void {
    this.set(socket, { ...this.get(socket), phase: 'gone' });
    closeQuietly(socket, code, reason);
  }

  /** Tells those that hold an older epoch of a task that it is over. */
  fenceBelow(taskNumber: number, currentEpoch: number): void {
    for (const socket of this.#ctx.getWebSockets(tagOf(taskNumber))) {
      const { epoch, phase } = this.get(socket);
      if (phase === 'gone' || epoch >= currentEpoch) continue;
      this.fence(socket, epoch, currentEpoch);
    }
  }

  fence(socket: WebSocket, epoch: number, currentEpoch: number): void {
    send(socket, { type: 'fenced', epoch, currentEpoch });
    this.end(socket, CLOSE.fenced, 'A newer attempt holds this task.');
  }

  /** Sends commands to whoever has the task open. Those that miss them get them when they open. */
  sendCommand(taskNumber: number, command: NumberedCommand): void {
    for (const socket of this.#ctx.getWebSockets(tagOf(taskNumber))) {
      if (this.get(socket).phase === 'open') send(socket, { type: 'command', command });
    }
  }
}

export function send(socket: WebSocket, frame: JobToRunner): void {
  try {
    socket.send(JSON.stringify(frame));
  } catch {
    // It closed before its close event came; the runner asks again when it is back.
  }
}
