import { CLOSE } from '../../protocol/close-codes.ts';
import { type JobFromRunner, jobFromRunnerSchema } from '../../protocol/job-socket.ts';
import { MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { judgeVersion, PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Logger } from '../logger.ts';
import { closeQuietly } from './close-quietly.ts';
import { isHeld } from './hold-task.ts';
import { isOvertaken } from './is-overtaken.ts';
import { type JobSocket, type JobSockets, send } from './job-sockets.ts';
import { judgeFrame } from './judge-frame.ts';
import { opensPullRequest } from './open-pull-request.ts';
import { adoptEpoch, openJob } from './reduce-fleet-news.ts';
import { reduceRunnerEvent } from './reduce-runner-event.ts';
import type { TaskRecord } from './session-record.ts';
import type { SessionStore } from './session-store.ts';
import type { SessionUnit, UnitResult } from './session-unit.ts';

export type JobFrameDeps = {
  logger: Logger;
  sockets: JobSockets;
  store: SessionStore;
  taskOf: (number: number) => TaskRecord | null;
  /** Stores everything that `work` changes in one transaction. */
  commit: (work: (unit: SessionUnit) => void) => UnitResult;
  /** Tells viewers and runners what was stored. */
  announce: (result: UnitResult) => void;
  now: () => number;
};

/** Works in one frame of a runner: store, then ack, then announce. */
export function takeJobFrame(deps: JobFrameDeps, socket: WebSocket, message: string | ArrayBuffer): void {
  try {
    takeFrame(deps, socket, message);
  } catch (error) {
    // Nothing was stored and nothing acked: the runner sends it again on its next socket.
    deps.logger.error('session.frame_failed', { error });
    closeQuietly(socket, CLOSE.overload, 'The frame could not be stored.');
  }
}

function takeFrame(deps: JobFrameDeps, socket: WebSocket, message: string | ArrayBuffer): void {
  const state = deps.sockets.get(socket);
  if (state.phase === 'gone') return;
  const frame = parseFrame(message);
  if (frame === null || (frame.type === 'events' && state.phase !== 'open')) {
    deps.sockets.end(socket, CLOSE.badFrame, 'The frame is not one of the job protocol.');
    return;
  }
  const task = deps.taskOf(state.taskNumber);
  if (task === null) {
    deps.sockets.end(socket, CLOSE.notFound, 'The session has no such task.');
    return;
  }
  if (frame.type === 'open') takeOpen(deps, socket, state, frame, task);
  else takeEvents(deps, socket, state, frame, task);
}

type Open = Extract<JobFromRunner, { type: 'open' }>;
type Events = Extract<JobFromRunner, { type: 'events' }>;

function takeOpen(
  deps: JobFrameDeps,
  socket: WebSocket,
  state: JobSocket,
  frame: Open,
  task: TaskRecord,
): void {
  const { sockets, store, commit, announce, now } = deps;
  const { taskNumber, epoch, runnerId } = state;
  const version = judgeVersion(frame.protocol);
  if (version.status === 'refused') {
    sockets.end(socket, CLOSE.versionRefused, version.remedy);
    return;
  }
  if (frame.epoch !== epoch) {
    sockets.end(socket, CLOSE.badFrame, "The epoch is not the ticket's.");
    return;
  }
  // A task that ended while its job was on the way to a new runner: that runner must not begin.
  const tooLate = isTerminal(task.view.state) && epoch > task.view.epoch;
  if (epoch < task.view.epoch || epoch <= task.lostEpoch || tooLate || isHeld(task)) {
    sockets.fence(socket, epoch, task.view.epoch || epoch);
    return;
  }
  const result = commit((unit) => {
    unit.apply(adoptEpoch(unit.task(taskNumber), epoch, { id: runnerId, name: null }, now()));
    unit.apply(openJob(unit.task(taskNumber), now()));
    store.addPosition(taskNumber, epoch, runnerId);
  });
  sockets.fenceBelow(taskNumber, epoch);
  const stored = store
    .positions(taskNumber)
    .filter((position) => position.runnerId === runnerId)
    .map(({ epoch: written, lastSeq }) => ({ epoch: written, lastSeq }));
  send(socket, { type: 'opened', protocol: PROTOCOL_VERSION, stored });
  for (const command of store.commands(taskNumber)) send(socket, { type: 'command', command });
  // Commands of this very transaction are among those; from here on they are sent live.
  sockets.set(socket, { ...state, phase: 'open' });
  announce({ ...result, commands: [] });
}

function takeEvents(
  deps: JobFrameDeps,
  socket: WebSocket,
  state: JobSocket,
  frame: Events,
  task: TaskRecord,
): void {
  const { sockets, store } = deps;
  const { taskNumber, runnerId } = state;
  const { epoch, firstSeq, events } = frame;
  const verdict = judgeFrame({
    frame: { epoch, firstSeq, count: events.length },
    ticketEpoch: state.epoch,
    runnerId,
    currentEpoch: task.view.epoch,
    positions: store.positions(taskNumber),
  });
  switch (verdict.status) {
    case 'repeat':
      send(socket, { type: 'ack', epoch, seq: verdict.lastSeq });
      return;
    case 'gap':
      send(socket, { type: 'gap', epoch, lastSeq: verdict.lastSeq });
      return;
    case 'bad':
      sockets.end(socket, CLOSE.badFrame, verdict.reason);
      return;
    case 'fenced':
      if (verdict.close) {
        sockets.fence(socket, epoch, verdict.currentEpoch);
        return;
      }
      send(socket, { type: 'fenced', epoch, currentEpoch: verdict.currentEpoch });
      return;
    case 'store':
      storeEvents(deps, socket, state, frame, verdict);
      return;
  }
}

function storeEvents(
  deps: JobFrameDeps,
  socket: WebSocket,
  { taskNumber }: JobSocket,
  { epoch, firstSeq, events }: Events,
  { skip, leftOver }: { skip: number; leftOver: boolean },
): void {
  const fresh = skip === 0 ? events : events.slice(skip);
  const lastSeq = firstSeq + events.length - 1;
  const nowMs = deps.now();
  const result = deps.commit((unit) => {
    const context = { nowMs, opensPullRequest: opensPullRequest(unit.session), leftOver };
    for (const { at, event } of fresh) {
      const task = unit.task(taskNumber);
      unit.log(task.view.id, event, at);
      if (!isOvertaken(task, event, leftOver)) deps.store.diffs.note(taskNumber, event);
      unit.apply(reduceRunnerEvent(task, event, context));
    }
    deps.store.movePosition(taskNumber, epoch, lastSeq);
  });
  send(socket, { type: 'ack', epoch, seq: lastSeq });
  deps.announce(result);
  const ended = fresh.at(-1)?.event.type === 'job.finished' && !leftOver;
  if (ended) deps.sockets.end(socket, CLOSE.finished, 'Everything is stored.');
}

function parseFrame(message: string | ArrayBuffer): JobFromRunner | null {
  if (typeof message !== 'string' || message.length > MAX_FRAME_BYTES) return null;
  try {
    return jobFromRunnerSchema.safeParse(JSON.parse(message)).data ?? null;
  } catch {
    return null;
  }
}
