import { CLOSE } from '../../protocol/close-codes.ts';
import { type ControlFromRunner, controlFromRunnerSchema } from '../../protocol/control-socket.ts';
import type { JobKey } from '../../protocol/job-envelope.ts';
import { MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import { judgeVersion, PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Logger } from '../logger.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { RunnerRow } from './fleet-state.ts';
import type { FleetStore } from './fleet-store.ts';
import { type FleetOutboxEntry, runnerRecordWrite } from './fleet-writes.ts';
import { judgeHeldJobs } from './judge-held-jobs.ts';
import { closeQuietly, type RunnerSockets, sendToRunner } from './runner-sockets.ts';
import { runnerStatus } from './view-fleet.ts';

/** A full runner may be free again in a moment; what a policy refuses is refused for longer. */
const DECLINED_AVOID_MS = {
  full: 5_000,
  draining: 30_000,
  policy: 10 * 60_000,
  untrusted: 60_000,
} as const;

type Hello = Extract<ControlFromRunner, { type: 'hello' }>;
type Decline = Extract<ControlFromRunner, { type: 'decline' }>;

export type ControlSocketDeps = {
  store: FleetStore;
  sockets: RunnerSockets;
  dispatcher: Dispatcher;
  jobKeys: () => Promise<JobKey[]>;
  logger: Logger;
  now: () => number;
  tell: (entry: FleetOutboxEntry) => void;
};

/** What runners say on their control sockets, and what follows from it. */
export class ControlSocket {
  readonly #deps: ControlSocketDeps;

  constructor(deps: ControlSocketDeps) {
    this.#deps = deps;
  }

  async onMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const { store, sockets, logger, now } = this.#deps;
    const attachment = sockets.attachmentOf(socket);
    const row = store.runners.get(attachment.runnerId);
    if (row === undefined) return closeQuietly(socket, CLOSE.unauthorized, 'This runner was removed.');
    const frame = parseFrame(message);
    if (frame === null || (frame.type !== 'hello' && !attachment.welcomed)) {
      logger.warn('fleet.bad_frame', { runnerId: row.id });
      return closeQuietly(socket, CLOSE.badFrame, 'The frame is not one of the control protocol.');
    }
    sockets.attach(socket, { ...attachment, lastMessageAt: now() });
    await this.#take(socket, row, frame);
  }

  /** The runner may be back in a moment: its leases stay until they are not renewed. */
  async onClose(socket: WebSocket, code: number | null): Promise<void> {
    const { store, sockets, dispatcher, logger, now, tell } = this.#deps;
    const { runnerId } = sockets.attachmentOf(socket);
    closeQuietly(socket, 1000, 'closed');
    const row = store.runners.get(runnerId);
    if (row === undefined || sockets.allOf(runnerId).some((other) => other !== socket)) return;
    logger.info('fleet.runner_disconnected', { runnerId, code });
    const missing: RunnerRow = { ...row, missingSince: now(), lastSeenAt: now() };
    store.saveRunner(missing);
    tell(runnerRecordWrite(missing, 'offline', now()));
    dispatcher.watchLeases();
  }

  async #take(socket: WebSocket, row: RunnerRow, frame: ControlFromRunner): Promise<void> {
    const { store, dispatcher, now, tell } = this.#deps;
    switch (frame.type) {
      case 'hello':
        return this.#takeHello(socket, row, frame);
      case 'metrics':
        store.saveRunner({ ...row, metrics: frame.metrics, lastSeenAt: now() });
        return;
      case 'decline':
        return this.#takeDecline(row, frame);
      case 'renew_ticket': {
        const { taskId, epoch } = frame;
        const lease = store.leases.get(taskId);
        if (lease?.runnerId !== row.id || lease.epoch !== epoch) {
          return dispatcher.revoke(row.id, taskId, epoch, 'The lease is over.');
        }
        return sendToRunner(socket, {
          type: 'ticket',
          taskId,
          epoch,
          ticket: await dispatcher.ticketFor(lease, row.account),
        });
      }
      case 'drain': {
        const draining: RunnerRow = { ...row, draining: true, lastSeenAt: now() };
        store.saveRunner(draining);
        tell(runnerRecordWrite(draining, 'draining', now()));
        return;
      }
    }
  }

  async #takeHello(socket: WebSocket, { id }: RunnerRow, hello: Hello): Promise<void> {
    const { store, sockets, dispatcher, logger, now, tell } = this.#deps;
    const version = judgeVersion(hello.protocol);
    if (version.status === 'refused') {
      logger.warn('fleet.version_refused', { runnerId: id, protocol: hello.protocol });
      return closeQuietly(socket, CLOSE.versionRefused, version.remedy);
    }
    // Before anything is changed: while it is waited for, the runner may be removed.
    const jobKeys = await this.#deps.jobKeys();
    const known = store.runners.get(id);
    if (known === undefined) return;
    for (const older of sockets.allOf(known.id)) {
      if (older === socket) continue;
      // The same runner after a cut it did not notice, or two machines with one credential.
      logger.warn('fleet.runner_replaced', { runnerId: known.id, name: known.name });
      closeQuietly(older, CLOSE.replaced, 'A newer connection of this runner took over.');
    }
    const row = greet(known, hello, now());
    store.saveRunner(row);
    sockets.attach(socket, { ...sockets.attachmentOf(socket), welcomed: true });
    logger.info('fleet.runner_connected', { runnerId: row.id, name: row.name, version: row.version });
    sendToRunner(socket, {
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      runnerId: row.id,
      name: row.name,
      jobKeys,
    });
    const held = judgeHeldJobs(hello.jobs, [...store.leases.values()], row.id);
    for (const { taskId, epoch, reason } of held.revoke) dispatcher.revoke(row.id, taskId, epoch, reason);
    for (const { lease, reason } of held.requeue) dispatcher.requeue(lease, reason);
    tell(runnerRecordWrite(row, runnerStatus(dispatcher.contactOf(row)), now()));
    dispatcher.watchLeases();
    await dispatcher.match();
  }

  async #takeDecline(row: RunnerRow, decline: Decline): Promise<void> {
    const { store, dispatcher, now } = this.#deps;
    const lease = store.leases.get(decline.taskId);
    if (lease?.runnerId !== row.id || lease.epoch !== decline.epoch) return;
    if (decline.reason === 'draining') store.saveRunner({ ...row, draining: true });
    const untilMs = now() + DECLINED_AVOID_MS[decline.reason];
    const until = { runnerId: row.id, untilMs, message: decline.message };
    const others = lease.avoid.filter(({ runnerId, untilMs }) => runnerId !== row.id && untilMs > now());
    dispatcher.requeue(lease, `Runner "${row.name}" declined it: ${decline.message}`, {
      avoid: [...others, until],
      // What a policy refuses once, or a signature that does not fit, would be waited for in vain.
      preferredRunnerId: isLasting(decline.reason) ? null : lease.preferredRunnerId,
      waitingSince: lease.waitingSince,
    });
    await dispatcher.match();
  }
}

function isLasting(reason: Decline['reason']): boolean {
  return reason === 'policy' || reason === 'untrusted';
}

/** The runner's row after its `hello`. */
function greet(row: RunnerRow, hello: Hello, nowMs: number): RunnerRow {
  const { labels, capacity, version, claudeVersion, platform } = hello;
  const { bound } = row;
  return {
    ...row,
    // What a bound runner is for was decided when it was registered.
    labels: bound === undefined ? labels : [bound.label],
    capacity: bound === undefined ? capacity : Math.min(capacity, 1),
    version,
    claudeVersion,
    platform,
    draining: false,
    missingSince: null,
    lastSeenAt: nowMs,
  };
}

function parseFrame(message: string | ArrayBuffer): ControlFromRunner | null {
  if (typeof message !== 'string' || message.length > MAX_FRAME_BYTES) return null;
  try {
    return controlFromRunnerSchema.safeParse(JSON.parse(message)).data ?? null;
  } catch {
    return null;
  }
}
