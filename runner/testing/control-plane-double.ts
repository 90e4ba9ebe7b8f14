import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import {
  CHECKPOINT_HEADER,
  type Checkpoint,
  decodeCheckpointHeader,
  encodeCheckpointHeader,
  type ResumePoint,
} from '../../protocol/checkpoint.ts';
import { CLOSE } from '../../protocol/close-codes.ts';
import type { ControlFromRunner, ControlToRunner } from '../../protocol/control-socket.ts';
import { controlFromRunnerSchema } from '../../protocol/control-socket.ts';
import {
  gitTokenBodySchema,
  type ReportRescueBody,
  reportRescueBodySchema,
  revokeGitTokenBodySchema,
} from '../../protocol/git-access.ts';
import type { Job } from '../../protocol/job.ts';
import type { JobClaims } from '../../protocol/job-envelope.ts';
import { ENVELOPE_TTL_MS } from '../../protocol/limits.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { makeEnvelopeSigner } from './envelope-signer.ts';
import { SessionDouble } from './session-double.ts';
import type { SocketServer } from './socket-server.ts';
import { startSocketServer } from './socket-server.ts';

export const RUNNER_ID = '00000000-0000-4000-8000-000000000001';
export const CREDENTIAL = `sbr_bG9jYWw.${RUNNER_ID}.c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3J`;
const TASK_PATH = /^\/api\/sessions\/([0-9a-f-]{36})\/tasks\/(\d+)\/([a-z-]+)$/;

type Hello = Extract<ControlFromRunner, { type: 'hello' }>;
type Lease = { job: Job; epoch: number };

/** A control plane as a runner sees it: Fleet socket, sessions' data sockets, git tokens. Plays by the protocol. */
export class ControlPlaneDouble {
  readonly frames: ControlFromRunner[] = [];
  readonly violations: string[] = [];
  readonly tokenRequests: z.infer<typeof gitTokenBodySchema>[] = [];
  readonly revokedTokens: string[] = [];
  readonly leases = new Map<string, Lease>();
  /** What the token route gives out. */
  gitToken: string | null = null;
  /** The newest stored state, of whatever session. */
  checkpoint: { header: Checkpoint; body: Buffer } | null = null;
  /** Where runners say that work of lost attempts is kept. */
  readonly rescues: ReportRescueBody[] = [];
  /** Publishes what passed its gates, as the policy `pull_request` does. */
  approves = true;
  protocol: number = PROTOCOL_VERSION;
  credential = CREDENTIAL;
  /** With what jobs are signed. */
  signer = makeEnvelopeSigner();
  #sessions = new Map<string, SessionDouble>();
  #control: WebSocket | null = null;
  #server: SocketServer | null = null;
  #tickets = 0;
  #validTickets = new Set<string>();

  get url(): string {
    return this.#server?.url ?? '';
  }

  get hellos(): Hello[] {
    return this.frames.filter((frame): frame is Hello => frame.type === 'hello');
  }

  get isConnected(): boolean {
    return this.#control !== null;
  }

  async start(): Promise<this> {
    this.#server = await startSocketServer(
      (socket, request) => this.#onSocket(socket, request),
      (request, response) => void this.#onRequest(request, response),
    );
    return this;
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  /** Refuses or accepts new sockets, as during an outage. */
  refuseWith(status: number | null): void {
    this.#server?.refuseWith(status);
  }

  session(taskId: string): SessionDouble {
    let session = this.#sessions.get(taskId);
    if (session === undefined) {
      session = new SessionDouble();
      this.#sessions.set(taskId, session);
      const { onEvent } = session;
      session.onEvent = (event, epoch) => {
        onEvent(event, epoch);
        if (event.type === 'gates.finished' && event.passed && this.approves) this.approve(taskId);
        if (event.type === 'job.finished') this.leases.delete(taskId);
      };
    }
    return session;
  }

  approve(taskId: string): void {
    const session = this.session(taskId);
    session.command({ type: 'publish', tree: session.find('work.captured')?.tree ?? '' });
  }

  assign(job: Job, epoch = (this.leases.get(job.taskId)?.epoch ?? 0) + 1): void {
    this.leases.set(job.taskId, { job, epoch });
    const session = this.session(job.taskId);
    session.currentEpoch = Math.max(session.currentEpoch, epoch);
    this.sendEnvelope(this.signer.sign(this.claimsOf(job, epoch)));
  }

  /** What an envelope of this job for this runner says, right now. */
  claimsOf(job: Job, epoch: number): JobClaims {
    const issuedAt = Date.now();
    const expiresAt = issuedAt + ENVELOPE_TTL_MS;
    return { job, epoch, runnerId: RUNNER_ID, account: 'local', issuedAt, expiresAt };
  }

  /** As an assignment, whatever is in it. */
  sendEnvelope(envelope: string): void {
    this.send({ type: 'assign', envelope, ticket: this.#newTicket() });
  }

  send(frame: ControlToRunner): void {
    if (this.#control === null) throw new Error('No runner is connected.');
    this.#control.send(JSON.stringify(frame));
  }

  /** Old tickets open nothing any more. */
  expireTickets(): void {
    this.#validTickets.clear();
  }

  cutControl(code: number): void {
    this.#control?.close(code);
  }

  #newTicket(): string {
    const ticket = `ticket-${++this.#tickets}`;
    this.#validTickets.add(ticket);
    return ticket;
  }

  #mayEnter(request: IncomingMessage): boolean {
    return this.#validTickets.has(request.headers.authorization?.replace('Bearer ', '') ?? '');
  }

  #onSocket(socket: WebSocket, request: IncomingMessage): void {
    if (request.url === '/api/runners/connect') {
      if (request.headers.authorization !== `Bearer ${this.credential}`) socket.close(CLOSE.unauthorized);
      else this.#onControl(socket);
      return;
    }
    const [, sessionId, number, what] = TASK_PATH.exec(request.url ?? '') ?? [];
    if (what !== 'connect') socket.close(CLOSE.notFound);
    else if (!this.#mayEnter(request)) socket.close(CLOSE.unauthorized);
    else this.session(`${sessionId}.${number}`).accept(socket);
  }

  #onControl(socket: WebSocket): void {
    socket.on('message', (data) => {
      const text = String(data);
      if (text === 'ping') {
        socket.send('pong');
        return;
      }
      const parsed = controlFromRunnerSchema.safeParse(JSON.parse(text));
      if (!parsed.success) {
        this.violations.push(`${parsed.error.message} in ${text}`);
        return;
      }
      this.frames.push(parsed.data);
      this.#onFrame(socket, parsed.data);
    });
    socket.on('close', () => {
      if (this.#control === socket) this.#control = null;
    });
  }

  #onFrame(socket: WebSocket, frame: ControlFromRunner): void {
    if (frame.type === 'hello') this.#onHello(socket, frame);
    if (frame.type === 'renew_ticket') {
      const { taskId, epoch } = frame;
      this.send({ type: 'ticket', taskId, epoch, ticket: this.#newTicket() });
    }
  }

  #onHello(socket: WebSocket, hello: Hello): void {
    this.#control = socket;
    const jobKeys = [this.signer.publicKey];
    this.send({ type: 'welcome', protocol: this.protocol, runnerId: RUNNER_ID, name: 'test', jobKeys });
    for (const held of hello.jobs) {
      const lease = this.leases.get(held.taskId);
      if (lease?.epoch !== held.epoch) {
        this.send({ type: 'revoke', taskId: held.taskId, epoch: held.epoch, reason: 'The lease is over.' });
      }
    }
    for (const { job, epoch } of this.leases.values()) {
      const held = hello.jobs.find((one) => one.taskId === job.taskId && one.epoch === epoch);
      if (held?.phase !== 'running') this.assign(job);
    }
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/healthz') {
      response.end(JSON.stringify({ status: 'ok', protocol: this.protocol, now: Date.now() }));
      return;
    }
    if (request.url === '/api/runners/job-keys') {
      response.end(JSON.stringify({ keys: [this.signer.publicKey] }));
      return;
    }
    if (request.url === '/api/runners/rescues') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      this.rescues.push(reportRescueBodySchema.parse(JSON.parse(Buffer.concat(chunks).toString())));
      response.writeHead(204).end();
      return;
    }
    const what = TASK_PATH.exec(request.url ?? '')?.[3];
    if (!this.#mayEnter(request)) {
      response.writeHead(401).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    if (what === 'checkpoint' || what === 'resume-point') {
      this.#onCheckpoint(request, response, what, Buffer.concat(chunks));
      return;
    }
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || 'null');
    if (what === 'git-token') {
      this.tokenRequests.push(gitTokenBodySchema.parse(body));
      response.end(JSON.stringify({ token: this.gitToken, expiresAt: null }));
    } else if (what === 'revoke-git-token') {
      this.revokedTokens.push(revokeGitTokenBodySchema.parse(body).token);
      response.writeHead(204).end();
    } else response.writeHead(404).end();
  }

  #onCheckpoint(
    request: IncomingMessage,
    response: ServerResponse,
    what: 'checkpoint' | 'resume-point',
    body: Buffer,
  ): void {
    const [, sessionId, number] = TASK_PATH.exec(request.url ?? '') ?? [];
    const { checkpoint } = this;
    if (request.method === 'PUT') {
      const header = decodeCheckpointHeader(String(request.headers[CHECKPOINT_HEADER]));
      if (header === null) {
        this.violations.push('a checkpoint without a header that can be read');
        response.writeHead(422).end();
        return;
      }
      const taken = {
        taskId: `${sessionId}.${number}`,
        runnerId: RUNNER_ID,
        runnerName: 'test',
        storedAt: 1,
      };
      this.checkpoint = { header: { ...header, ...taken }, body };
      response.writeHead(204).end();
    } else if (what === 'resume-point') {
      const spent = { turns: 0, usage: NO_USAGE };
      const known = { lastRunnerName: 'another', begun: true, delivered: [], spent };
      response.end(
        JSON.stringify({ checkpoint: checkpoint?.header ?? null, ...known } satisfies ResumePoint),
      );
    } else if (checkpoint === null) response.writeHead(404).end();
    else {
      response.setHeader(CHECKPOINT_HEADER, encodeCheckpointHeader(checkpoint.header));
      response.end(checkpoint.body);
    }
  }
}
