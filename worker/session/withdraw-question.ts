import type { TaskDraft } from './task-draft.ts';

/** Whoever asked waits no more. Nothing happens where nothing is open. */
export function withdrawQuestion(draft: TaskDraft): void {
  const { question, view } = draft.task;
  if (question?.state.status !== 'open') return;
  const withdrawn = { ...question, state: { status: 'withdrawn', at: draft.nowMs } } as const;
  draft.task = { ...draft.task, question: withdrawn, view: { ...view, question: undefined } };
  draft.effects.push({ type: 'write_question', question: withdrawn });
}
