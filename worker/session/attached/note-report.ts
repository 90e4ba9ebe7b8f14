import type { CutText, RunnerEvent } from '../../../protocol/events.ts';
import type { HookFact, HookReport } from '../../../protocol/hooks.ts';
import { NO_USAGE } from '../../../protocol/usage.ts';
import type { TaskRecord } from '../session-record.ts';
import type { SessionUnit } from '../session-unit.ts';
import {
  beginTask,
  completeTask,
  failTask,
  findPromptTask,
  latestTask,
  stopTask,
  writePrompt,
} from './attached-task.ts';
import type { HookAsk } from './hook-ask.ts';
import type { HookStore } from './hook-store.ts';

/** Stands for what was never reported: the tool was not allowed, or Claude was interrupted. */
const NO_RESULT: CutText = {
  text: 'No result was reported: it was not allowed, or Claude was interrupted.',
  bytes: 70,
  cut: false,
};

/** Claude's last words of a task, as a list shows them. */
const MAX_SUMMARY_CHARS = 2_000;

type Noting = { unit: SessionUnit; store: HookStore; ask: HookAsk; report: HookReport; atMs: number };

type FactOf<T extends HookFact['type']> = Extract<HookFact, { type: T }>;

/** Takes one report into the session. @returns false when it is a copy of one that was taken. */
export function noteReport(unit: SessionUnit, store: HookStore, ask: HookAsk, report: HookReport): boolean {
  if (!store.add(report.key)) return false;
  // A machine's clock may be ahead; the log's own order is that of arrival.
  noteFact({ unit, store, ask, report, atMs: Math.min(report.at, unit.nowMs) }, report.fact);
  return true;
}

function noteFact(noting: Noting, fact: HookFact): void {
  const { unit, ask } = noting;
  switch (fact.type) {
    case 'started':
      unit.setSession({ ...unit.session, claudeSessionId: ask.claudeSessionId });
      notice(noting, `Claude Code reports from a terminal (${fact.how}).`);
      return;
    case 'prompt':
      notePrompt(noting, fact.text);
      return;
    case 'tool_used':
      noteUse(noting, fact);
      return;
    case 'tool_completed':
      noteResult(noting, fact);
      return;
    case 'said':
      noteSaid(noting, fact);
      return;
    case 'turn_ended':
      noteTurn(noting, fact);
      return;
    case 'noticed':
      notice(noting, fact.text);
      return;
    case 'ended':
      stopTask(unit, latestTask(unit, ask), `Claude Code was ended in the terminal (${fact.reason}).`);
      notice(noting, `Claude Code in the terminal has ended (${fact.reason}).`);
      return;
  }
}

/** A tool of this prompt may have been reported first: then its task is there, without the words. */
function notePrompt({ unit, ask, report }: Noting, text: string): void {
  const promptId = report.promptId ?? report.key;
  const known = findPromptTask(unit, ask, promptId);
  if (known === null) beginTask(unit, ask, promptId, text);
  else writePrompt(unit, known, unit.deps.newId(), text);
}

/** The task that a report belongs to; one is made where its prompt was never seen. */
function taskOf({ unit, ask, report }: Noting): TaskRecord {
  const { promptId } = report;
  const known = promptId === null ? latestTask(unit, ask) : findPromptTask(unit, ask, promptId);
  return known ?? beginTask(unit, ask, promptId ?? report.key, null);
}

function log({ unit, atMs }: Noting, task: TaskRecord, event: RunnerEvent): void {
  unit.log(task.view.id, event, atMs);
}

function notice(noting: Noting, text: string): void {
  const { unit, ask, atMs } = noting;
  unit.log(latestTask(unit, ask)?.view.id ?? null, { type: 'notice', level: 'info', text }, atMs);
}

function noteUse(noting: Noting, { toolUseId, name, input }: FactOf<'tool_used'>): void {
  const { store, report } = noting;
  const task = taskOf(noting);
  if (!store.openTool(toolUseId, task.view.number, report.agentId)) return;
  log(noting, task, { type: 'claude.tool_use', toolUseId, name, input, parent: report.agentId });
}

function noteResult(noting: Noting, fact: FactOf<'tool_completed'>): void {
  const { unit, store, report } = noting;
  const { toolUseId, name, input, isError, output, durationMs } = fact;
  const number = store.closeTool(toolUseId);
  const task = number === null ? taskOf(noting) : unit.task(number);
  const parent = report.agentId;
  // Its start may have been missed, or comes still; then it is known by its key and says nothing new.
  if (number === null && store.add(`${report.key}:use`)) {
    store.add(report.key.replace(':result:', ':use:'));
    log(noting, task, { type: 'claude.tool_use', toolUseId, name, input, parent });
  }
  log(noting, task, { type: 'claude.tool_result', toolUseId, isError, output, durationMs, parent });
}

function noteSaid(noting: Noting, { messageId, index, text, final }: FactOf<'said'>): void {
  const { store, report } = noting;
  store.say(messageId, index, text.text);
  if (!final) return;
  const whole = store.takeSaid(messageId);
  if (whole === '') return;
  log(noting, taskOf(noting), { type: 'claude.text', text: whole, parent: report.agentId });
}

function noteTurn(noting: Noting, { isError, reason, text }: FactOf<'turn_ended'>): void {
  const { unit, store, atMs } = noting;
  const task = taskOf(noting);
  const { number, startedAt } = task.view;
  for (const toolUseId of store.closeTools(number)) {
    const result = { toolUseId, isError: true, output: NO_RESULT, durationMs: null, parent: null };
    log(noting, task, { type: 'claude.tool_result', ...result });
  }
  log(noting, task, {
    type: 'claude.turn_ended',
    isError,
    terminalReason: reason,
    text,
    turns: 1,
    durationMs: Math.max(0, atMs - (startedAt ?? atMs)),
    // Hooks are told nothing of tokens and money.
    usage: NO_USAGE,
    model: null,
  });
  if (isError) {
    failTask(unit, task, reason ?? 'unknown');
    return;
  }
  if (text.text.trim() !== '') sayAnswer(noting, task, text.text);
  completeTask(unit, task, text.text.trim().slice(0, MAX_SUMMARY_CHARS).toWellFormed());
}

function sayAnswer({ unit }: Noting, { view }: TaskRecord, content: string): void {
  const message = {
    id: unit.deps.newId(),
    taskId: view.id,
    direction: 'out' as const,
    source: 'cli' as const,
    author: 'claude',
    content,
    status: 'delivered' as const,
    createdAt: unit.nowMs,
  };
  unit.writeMessage({ view: message, taskNumber: view.number, asked: null });
}
