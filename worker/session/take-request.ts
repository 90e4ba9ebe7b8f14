import type { Person } from '../../protocol/task.ts';
import { type GivenTaskOptions, settleTaskOptions } from '../../protocol/task-options.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { NewSession, Refused, SubmitResult, TaskRequest, TaskResult } from '../contracts.ts';
import { refuseAttached, refuseAttachedTask } from './attached/refuse-attached.ts';
import { hearPerson, startAnew } from './automation/note-automation.ts';
import { addCommand } from './carry-out-effect.ts';
import { releaseTask, unpauseTask } from './hold-task.ts';
import { tryNow } from './recover-task.ts';
import { newSessionRecord, refreshSession, type SessionRecord, type TaskRecord } from './session-record.ts';
import { currentTask, type SessionUnit } from './session-unit.ts';
import { addTask, imagesOf, incomingMessage, startNextTask } from './start-task.ts';
import { answerByMessage } from './take-answer.ts';
import { change, changeView, draftOf, move, stepOf } from './task-draft.ts';
import { moveSession } from './update-session.ts';

/**
 * Makes the session when it is new; else takes over what a new trigger knows better.
 *
 * @returns why it can't be worked in: its repository was transferred, and what its former owner had going is not over
 */
export function ensureSession(unit: SessionUnit, session: NewSession, by = 'Signalbox'): Refused | null {
  if (unit.hasSession()) {
    const isMoved = unit.session.account !== session.account;
    if (isMoved && currentTask(unit.tasks) !== null) return notYetMoved();
    unit.setSession(refreshSession(unit.session, session, unit.nowMs));
    // Whoever asks anew wants the work.
    if (unit.session.state === 'closed') moveSession(unit, 'open', by);
    return null;
  }
  unit.setSession(newSessionRecord(session, unit.nowMs));
  unit.logControl(null, { type: 'session.created', title: session.title, source: session.source });
  return null;
}

function notYetMoved(): Refused {
  return {
    status: 'refused',
    code: 'conflict',
    message:
      'The repository belongs to another account now, and work that its former owner had begun is not over.',
    remedy: 'Try again in a moment.',
  };
}

/** A request steers the task that waits or works; when there is none, or its work is done, it makes a new one. */
export function submitRequest(unit: SessionUnit, request: TaskRequest): SubmitResult {
  const refused = refuseAttached(unit.session);
  if (refused !== null) return refused;
  const known = unit.deps.store.findTrigger(request.triggerId);
  if (known !== null) {
    const { view } = unit.task(known.taskNumber);
    return known.messageId === null
      ? { status: 'task_created', task: view, duplicate: true }
      : { status: 'message_queued', task: view, messageId: known.messageId, duplicate: true };
  }
  const current = currentTask(unit.tasks);
  // What is to wait for other work is work of its own.
  if (current === null || request.after !== undefined || !takesMessages(current)) {
    return { status: 'task_created', task: addTask(unit, request, 'request', null).view, duplicate: false };
  }
  return steerTask(unit, current, request);
}

/** A message for exactly this task. */
export function addInput(unit: SessionUnit, task: TaskRecord, request: TaskRequest): SubmitResult {
  const refused = refuseAttachedTask(task);
  if (refused !== null) return refused;
  const known = unit.deps.store.findTrigger(request.triggerId);
  if (known?.messageId != null) {
    const { view } = unit.task(known.taskNumber);
    return { status: 'message_queued', task: view, messageId: known.messageId, duplicate: true };
  }
  if (isTerminal(task.view.state) || !takesMessages(task)) return tooLate(task);
  return steerTask(unit, task, request);
}

function steerTask(unit: SessionUnit, current: TaskRecord, request: TaskRequest): SubmitResult {
  const answered = answerByMessage(unit, current, request);
  if (answered !== null) return answered;
  const messageId = unit.deps.newId();
  const { number, id } = current.view;
  unit.deps.store.addTrigger(request.triggerId, { taskNumber: number, messageId });
  unit.logControl(id, {
    type: 'message.received',
    messageId,
    author: request.requester.login,
    source: request.source,
    text: request.request,
    ...imagesOf(request),
  });
  unit.writeMessage(incomingMessage(messageId, request, current, unit.nowMs));
  const author = request.requester.login;
  const draft = draftOf(unit.task(number), unit.nowMs);
  hearPerson(draft, author);
  unit.apply(stepOf(draft));
  const command = { type: 'message', messageId, author, text: request.request } as const;
  addCommand(unit, number, { ...command, ...imagesOf(request) });
  return { status: 'message_queued', task: unit.task(number).view, messageId, duplicate: false };
}

/** Claude can still hear. Once the work waits for a person or is on its way out, a request is work of its own. */
function takesMessages({ view, endRequest }: TaskRecord): boolean {
  return endRequest === null && view.state !== 'waiting_approval' && view.state !== 'approved';
}

/** A task of its own, behind those that are there. */
export function queueTask(unit: SessionUnit, request: TaskRequest): TaskResult {
  const refused = refuseAttached(unit.session);
  if (refused !== null) return refused;
  const known = unit.deps.store.findTrigger(request.triggerId);
  if (known !== null) return { status: 'ok', task: unit.task(known.taskNumber).view };
  return { status: 'ok', task: addTask(unit, request, 'request', null).view };
}

/** A finished task again: `retry` as a new task, `resume` as the same one where it was stopped. */
export function repeatTask(
  unit: SessionUnit,
  task: TaskRecord,
  how: 'retry' | 'resume',
  { triggerId, by, options: given }: { triggerId: string; by: Person; options: GivenTaskOptions },
): TaskResult {
  const refused = refuseAttachedTask(task);
  if (refused !== null) return refused;
  const known = unit.deps.store.findTrigger(triggerId);
  if (known !== null) return { status: 'ok', task: unit.task(known.taskNumber).view };
  if (!isTerminal(task.view.state)) {
    if (Object.keys(given).length > 0) return keepsOptions(task);
    const goesOn = how === 'resume' ? goOn(unit, task, by.login) : null;
    return goesOn ?? stillThere(task);
  }
  if (how === 'retry') {
    const { request, source } = task.view;
    const { context, attachments } = task;
    const options = settleTaskOptions(given, task.view.options);
    const again = { triggerId, source, requester: by, request, context, options, attachments };
    return { status: 'ok', task: addTask(unit, again, 'retry', null).view };
  }
  const draft = draftOf(task, unit.nowMs);
  if (!move(draft, 'resume', `By ${by.login}.`)) return notResumable(task);
  change(draft, {
    jobFinished: false,
    approvedTree: null,
    staged: [],
    queue: null,
    queueChecks: 0,
    requeues: 0,
  });
  changeView(draft, { recovery: undefined, options: settleTaskOptions(given, task.view.options) });
  startAnew(draft);
  // It may cost more than was admitted; a budget may be spent by now.
  change(draft, { admission: null });
  unit.apply(stepOf(draft));
  unit.deps.store.addTrigger(triggerId, { taskNumber: task.view.number, messageId: null });
  startNextTask(unit);
  return { status: 'ok', task: unit.task(task.view.number).view };
}

/** A task that was paused or held goes on where it is; one that waits for its next try begins it. Null: neither. */
function goOn(unit: SessionUnit, task: TaskRecord, by: string): TaskResult | null {
  const step = unpauseTask(task, unit.nowMs) ?? releaseTask(task, by, unit.nowMs) ?? tryNow(task, unit.nowMs);
  if (step === null) return null;
  unit.apply(step);
  startNextTask(unit);
  return { status: 'ok', task: unit.task(task.view.number).view };
}

function tooLate({ view }: TaskRecord): Refused {
  return {
    status: 'refused',
    code: 'not_allowed',
    message: `Task ${view.number} is ${view.state}; Claude hears no more for it.`,
    remedy: 'Post a message to its session: it becomes a task of its own.',
  };
}

/** A closed session takes no work before somebody opens it. Null: it is not closed. */
export function refuseClosed(session: SessionRecord): Refused | null {
  if (session.state !== 'closed') return null;
  return {
    status: 'refused',
    code: 'not_allowed',
    message: 'The session is closed.',
    remedy: 'Open it first: PATCH the session with {"state":"open"}.',
  };
}

function stillThere({ view }: TaskRecord): Refused {
  return {
    status: 'refused',
    code: 'conflict',
    message: `Task ${view.number} is ${view.state}; it is not over yet.`,
    remedy: 'Wait for it, or end it with `stop` first.',
  };
}

function keepsOptions({ view }: TaskRecord): Refused {
  return {
    status: 'refused',
    code: 'conflict',
    message: `Task ${view.number} is ${view.state} and goes on with the options that it has.`,
    remedy: 'Leave the options out, or end it with `stop` and resume it with them.',
  };
}

function notResumable({ view }: TaskRecord): Refused {
  return {
    status: 'refused',
    code: 'not_allowed',
    message: `Task ${view.number} is ${view.state} and can't be resumed.`,
    remedy: 'Start it again with `retry`.',
  };
}
