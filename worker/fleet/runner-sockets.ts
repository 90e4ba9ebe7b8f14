import { z } from 'zod';
import type { ControlToRunner } from '../../protocol/control-socket.ts';
import { type RunnerId, runnerIdSchema } from '../../protocol/ids.ts';
import { PING_TEXT, PONG_TEXT } from '../../protocol/limits.ts';

/** What a control socket carries through hibernation. Times are ms since 1970. */
const attachmentSchema = z.object({
  runnerId: runnerIdSchema,
  connectedAt: z.int(),
  lastMessageAt: z.int(),
  /** `hello` came and was answered; only then jobs are sent. */
  welcomed: z.boolean(),
});
export type SocketAttachment = z.infer<typeof attachmentSchema>;

/** The Fleet's control sockets. Pings are answered by the platform and wake nothing. */
export class RunnerSockets {
  readonly #ctx: DurableObjectState;
  /** Each look at the fleet reads every runner's attachment, and a deserialisation costs more than all else in it. */
  readonly #known = new WeakMap<WebSocket, SocketAttachment>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING_TEXT, PONG_TEXT));
  }

  /** Accepts a runner's socket. @returns the client's end. */
  accept(runnerId: RunnerId, nowMs: number): WebSocket {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [runnerId]);
    this.attach(server, { runnerId, connectedAt: nowMs, lastMessageAt: nowMs, welcomed: false });
    return client;
  }

  attach(socket: WebSocket, attachment: SocketAttachment): void {
    socket.serializeAttachment(attachment);
    this.#known.set(socket, attachment);
  }

  attachmentOf(socket: WebSocket): SocketAttachment {
    const known = this.#known.get(socket);
    if (known !== undefined) return known;
    const attachment = attachmentSchema.parse(socket.deserializeAttachment());
    this.#known.set(socket, attachment);
    return attachment;
  }

  /** Every open socket of a runner, welcomed or not. */
  allOf(runnerId: RunnerId): WebSocket[] {
    return this.#ctx.getWebSockets(runnerId).filter((socket) => socket.readyState === WebSocket.OPEN);
  }

  /** The socket that jobs go to. */
  welcomedOf(runnerId: RunnerId): WebSocket | null {
    return this.allOf(runnerId).find((socket) => this.attachmentOf(socket).welcomed) ?? null;
  }

  /** When the runner was last heard on its socket: a message, or a ping that the platform answered. */
  heardAt(socket: WebSocket): number {
    const pingedAt = this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    return Math.max(pingedAt, this.attachmentOf(socket).lastMessageAt);
  }
}

/** Sends a frame; a socket that closes at this moment is noticed by its close event. */
export function sendToRunner(socket: WebSocket, frame: ControlToRunner): void {
  try {
    socket.send(JSON.stringify(frame));
  } catch {
    // The close event takes care of what was leased over this socket.
  }
}

/** Closes a socket that may already be closing. WebSocket reasons end at 123 bytes. */
export function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason.slice(0, 120));
  } catch {
    // Closed already.
  }
}
