import type { WebSocket } from 'ws';
import { CLOSE } from '../../protocol/close-codes.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { JobCommand, NumberedCommand } from '../../protocol/job.ts';
import type { JobFromRunner, JobToRunner, TimedEvent } from '../../protocol/job-socket.ts';
import { jobFromRunnerSchema } from '../../protocol/job-socket.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';

export type StoredEvent = TimedEvent & { epoch: number; seq: number };

/** The session's side of data sockets, with its rules of storing and fencing. Says what was against the protocol. */
export class SessionDouble {
  /** Everything stored, in the order in which it was stored. */
  readonly log: StoredEvent[] = [];
  readonly violations: string[] = [];
  readonly sockets = new Set<WebSocket>();
  currentEpoch = 1;
  /** Of these it takes nothing, as of epochs whose socket it never saw. */
  readonly unknownEpochs = new Set<number>();
  connections = 0;
  /** Called for each event once, after it is stored and before it is acked. */
  onEvent: (event: RunnerEvent, epoch: number) => void = () => {};
  /** Decides for each frame whether it and its ack arrive: `drop` stores nothing, `lose_ack` stores and is silent. */
  fault: () => 'none' | 'cut_before' | 'cut_after' | 'lose_ack' = () => 'none';
  #commands: NumberedCommand[] = [];
  #nextCommandId = 1;

  events(epoch?: number): RunnerEvent[] {
    return this.log.filter((one) => epoch === undefined || one.epoch === epoch).map((one) => one.event);
  }

  find<T extends RunnerEvent['type']>(type: T): Extract<RunnerEvent, { type: T }> | undefined {
    return this.events().findLast((event): event is Extract<RunnerEvent, { type: T }> => event.type === type);
  }

  lastSeq(epoch: number): number {
    return this.log.filter((one) => one.epoch === epoch).length;
  }

  command(command: JobCommand): number {
    const numbered = { id: this.#nextCommandId++, command };
    this.#commands.push(numbered);
    for (const socket of this.sockets) send(socket, { type: 'command', command: numbered });
    return numbered.id;
  }

  get pendingCommands(): readonly NumberedCommand[] {
    return this.#commands;
  }

  accept(socket: WebSocket): void {
    this.connections += 1;
    let isOpen = false;
    socket.on('message', (data, isBinary) => {
      const text = String(data);
      if (text === 'ping' && !isBinary) {
        socket.send('pong');
        return;
      }
      const frame = this.#parse(text);
      if (frame === null) {
        socket.close(CLOSE.badFrame, 'bad frame');
        return;
      }
      if (frame.type === 'open') {
        isOpen = true;
        this.#onOpen(socket, frame.epoch);
        return;
      }
      if (!isOpen) this.violations.push('events before open');
      this.#onEvents(socket, frame);
    });
    socket.on('close', () => this.sockets.delete(socket));
  }

  #parse(text: string): JobFromRunner | null {
    const parsed = jobFromRunnerSchema.safeParse(JSON.parse(text));
    if (!parsed.success) this.violations.push(`${parsed.error.message} in ${text.slice(0, 500)}`);
    if (text.length > 1_000_000) this.violations.push(`a frame of ${text.length} characters`);
    return parsed.data ?? null;
  }

  #onOpen(socket: WebSocket, epoch: number): void {
    if (epoch < this.currentEpoch) {
      this.#fence(socket, epoch);
      return;
    }
    this.sockets.add(socket);
    this.currentEpoch = epoch;
    const epochs = [...new Set([...this.log.map((one) => one.epoch), epoch])];
    const stored = epochs.map((one) => ({ epoch: one, lastSeq: this.lastSeq(one) }));
    send(socket, { type: 'opened', protocol: PROTOCOL_VERSION, stored });
    for (const command of this.#commands) send(socket, { type: 'command', command });
  }

  #onEvents(socket: WebSocket, frame: Extract<JobFromRunner, { type: 'events' }>): void {
    const { epoch, firstSeq, events } = frame;
    if (this.unknownEpochs.has(epoch)) {
      send(socket, { type: 'fenced', epoch, currentEpoch: this.currentEpoch });
      return;
    }
    if (epoch < this.currentEpoch && this.lastSeq(this.currentEpoch) > 0) {
      this.#fence(socket, epoch);
      return;
    }
    const fault = this.fault();
    const lastSeq = this.lastSeq(epoch);
    if (fault !== 'cut_before' && firstSeq > lastSeq + 1) {
      send(socket, { type: 'gap', epoch, lastSeq });
      return;
    }
    const fresh = fault === 'cut_before' ? [] : events.slice(lastSeq + 1 - firstSeq);
    for (const [index, event] of fresh.entries()) this.#store({ ...event, epoch, seq: lastSeq + 1 + index });
    if (fault === 'cut_before' || fault === 'cut_after') socket.terminate();
    else if (fault === 'none') send(socket, { type: 'ack', epoch, seq: this.lastSeq(epoch) });
    const isOver = fresh.some(({ event }) => event.type === 'job.finished') && epoch === this.currentEpoch;
    if (isOver) socket.close(CLOSE.finished, 'finished');
  }

  #store(stored: StoredEvent): void {
    this.log.push(stored);
    const { event } = stored;
    if (event.type === 'command.taken') {
      if (!this.#commands.some(({ id }) => id === event.commandId)) {
        this.violations.push(`command ${event.commandId} was taken twice`);
      }
      this.#commands = this.#commands.filter(({ id }) => id !== event.commandId);
    }
    this.onEvent(event, stored.epoch);
  }

  #fence(socket: WebSocket, epoch: number): void {
    send(socket, { type: 'fenced', epoch, currentEpoch: this.currentEpoch });
    socket.close(CLOSE.fenced, 'fenced');
  }
}

function send(socket: WebSocket, frame: JobToRunner): void {
  socket.send(JSON.stringify(frame), () => {});
}
