import type { RunnerEvent } from '../../../protocol/events.ts';
import type { TaskAutomation } from '../../../protocol/task.ts';
import { addUsage } from '../../../protocol/usage.ts';
import type { TaskRecord } from '../session-record.ts';
import { advance, change, changeView, move, type TaskDraft } from '../task-draft.ts';

type Facts = 'automation.asked' | 'automation.judged' | 'automation.continued';

const NOTHING: TaskAutomation = { iterations: 0, missing: null, wants: null };

/** Keeps what is worth knowing of a task that goes on by itself, whatever state it is in. */
export function noteAutomation(draft: TaskDraft, event: Extract<RunnerEvent, { type: Facts }>): void {
  switch (event.type) {
    case 'automation.asked':
      changeView(draft, { usage: addUsage(draft.task.view.usage, event.usage) });
      return;
    case 'automation.judged':
      changeAutomation(draft, { missing: event.missing });
      return;
    case 'automation.continued':
      changeAutomation(draft, { iterations: event.iteration });
      return;
  }
}

/** What the end criteria missed when the task ended by a limit. */
export function noteMissing(draft: TaskDraft, missing: string | null): void {
  if (missing !== null) changeAutomation(draft, { missing });
}

/**
 * A person is waited for after a turn. A runner that was started anew says it again; whoever has finished the task
 * before is heard again.
 */
export function wantPerson(
  draft: TaskDraft,
  { kind, text }: Extract<RunnerEvent, { type: 'input.wanted' }>,
): void {
  const { state } = draft.task.view;
  if (state === 'pending' || state === 'pre_flight') advance(draft, 'running', null);
  const { finishedBy } = draft.task;
  if (finishedBy != null) {
    draft.effects.push({ type: 'command', command: { type: 'finish', by: finishedBy } });
    return;
  }
  changeAutomation(draft, { wants: { kind, text } });
  move(draft, 'ask', kind === 'chat' ? 'Claude waits for the next message.' : text);
}

/** Somebody has said how to go on, or Claude has heard it. */
export function personCame(draft: TaskDraft, reason: string | null): void {
  const waited = waitsForPerson(draft.task);
  wantNobody(draft);
  if (waited) move(draft, 'answer', reason);
}

/** Whoever writes once more wants more than the work as it is. */
export function hearPerson(draft: TaskDraft, by: string): void {
  change(draft, { finishedBy: null });
  personCame(draft, `By ${by}.`);
}

/** Nobody is waited for any more. */
export function wantNobody(draft: TaskDraft): void {
  if (draft.task.view.automation?.wants != null) changeAutomation(draft, { wants: null });
}

/** A message answers, and `finish` takes the work as it is. */
export function waitsForPerson({ view }: TaskRecord): boolean {
  return view.state === 'waiting_input' && view.automation?.wants != null;
}

/** A stopped task begins anew: nobody is waited for, and it may go on by itself as often as at first. */
export function startAnew(draft: TaskDraft): void {
  change(draft, { finishedBy: null });
  if (draft.task.view.automation !== undefined) changeView(draft, { automation: undefined });
}

function changeAutomation(draft: TaskDraft, fields: Partial<TaskAutomation>): void {
  changeView(draft, { automation: { ...(draft.task.view.automation ?? NOTHING), ...fields } });
  draft.effects.push({ type: 'news', urgent: false });
}
