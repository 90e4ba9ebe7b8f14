import type { MessageView } from '../../../protocol/task.ts';
import { taskOptionsSchema } from '../../../protocol/task-options.ts';
import { isTerminal } from '../../../protocol/task-state.ts';
import { newTaskRecord, type TaskRecord } from '../session-record.ts';
import type { SessionUnit } from '../session-unit.ts';
import { nextTaskNumber } from '../start-task.ts';
import { advance, change, changeView, draftOf, move, stepOf } from '../task-draft.ts';
import type { HookAsk } from './hook-ask.ts';

/** Nobody waits for it: the longest that a task may take. Beyond it the terminal counts as gone. */
const MAX_MINUTES = 1_440;

const OPTIONS = taskOptionsSchema.parse({ maxMinutes: MAX_MINUTES, approval: 'none' });

/** What stands for a prompt that was given before the hooks were there. */
const UNKNOWN_PROMPT = '(This prompt was given before the terminal reported here.)';

/** One prompt is one task; `promptId` is Claude Code's own name for it. */
function triggerOf(ask: HookAsk, promptId: string): string {
  return `hook:${ask.claudeSessionId}:${promptId}`;
}

/** The task of a prompt; null when it was never reported. */
export function findPromptTask(unit: SessionUnit, ask: HookAsk, promptId: string): TaskRecord | null {
  const known = unit.deps.store.findTrigger(triggerOf(ask, promptId));
  return known === null ? null : unit.task(known.taskNumber);
}

/** The latest task of this Claude Code. */
export function latestTask(unit: SessionUnit, ask: HookAsk): TaskRecord | null {
  let latest: TaskRecord | null = null;
  for (const task of unit.tasks.values()) {
    if (task.attached?.claudeSessionId === ask.claudeSessionId) latest = task;
  }
  return latest;
}

/**
 * Begins the task of a prompt. No runner gets it: it runs already, in the terminal. What ran there before it was
 * interrupted, or went on with this prompt.
 */
export function beginTask(
  unit: SessionUnit,
  ask: HookAsk,
  promptId: string,
  prompt: string | null,
): TaskRecord {
  stopTask(unit, latestTask(unit, ask), 'Another prompt followed before Claude was done with this one.');
  const number = nextTaskNumber(unit);
  const trigger = triggerOf(ask, promptId);
  const request = {
    triggerId: trigger,
    source: 'cli' as const,
    requester: ask.by,
    request: prompt ?? UNKNOWN_PROMPT,
    context: null,
    options: OPTIONS,
  };
  const messageId = unit.deps.newId();
  const task = newTaskRecord(unit.session, number, request, 'request', [messageId], unit.nowMs);
  unit.stage({ ...task, active: true, attached: { claudeSessionId: ask.claudeSessionId } });
  unit.deps.store.addTrigger(trigger, { taskNumber: number, messageId: null });
  unit.logControl(task.view.id, {
    type: 'task.created',
    number,
    request: request.request,
    requester: ask.by.login,
    source: 'cli',
  });
  if (prompt !== null) writePrompt(unit, task, messageId, prompt);
  const draft = draftOf(unit.task(number), unit.nowMs);
  advance(draft, 'running', null);
  unit.apply(stepOf(draft));
  return unit.task(number);
}

/** Claude is done with the prompt. @param text its last words */
export function completeTask(unit: SessionUnit, task: TaskRecord, text: string): void {
  const draft = draftOf(task, unit.nowMs);
  if (text !== '') changeView(draft, { summary: text });
  if (!isTerminal(task.view.state)) {
    advance(draft, 'waiting_qa', null);
    move(draft, 'complete', null);
  }
  unit.apply(stepOf(draft));
}

/** The model could not be asked. */
export function failTask(unit: SessionUnit, task: TaskRecord, reason: string): void {
  const draft = draftOf(task, unit.nowMs);
  const failure = {
    kind: 'api_error' as const,
    message: `Claude Code in the terminal ended this prompt with an error: ${reason}.`,
    remedy: 'Look at the terminal and give the prompt again there.',
    retryAt: null,
  };
  changeView(draft, { failure });
  draft.events.push({ type: 'task.failed', failure });
  if (move(draft, 'fail', failure.message)) unit.apply(stepOf(draft));
}

/** Whatever of it goes on goes on in the terminal. */
export function stopTask(unit: SessionUnit, task: TaskRecord | null, reason: string): void {
  if (task === null || isTerminal(task.view.state)) return;
  const draft = draftOf(task, unit.nowMs);
  change(draft, { endRequest: null });
  if (move(draft, 'stop', reason)) unit.apply(stepOf(draft));
}

/** What was typed, as a message of the task. */
export function writePrompt(unit: SessionUnit, { view }: TaskRecord, id: string, content: string): void {
  const message: MessageView = {
    id,
    taskId: view.id,
    direction: 'in',
    source: 'cli',
    author: view.requester.login,
    content,
    status: 'delivered',
    createdAt: unit.nowMs,
  };
  unit.writeMessage({ view: message, taskNumber: view.number, asked: null });
}
