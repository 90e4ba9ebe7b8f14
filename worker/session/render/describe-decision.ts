import type { Decision } from '../../../protocol/task.ts';
import type { TaskRecord } from '../session-record.ts';
import { codeSpan, escapeMarkdown } from './escape-markdown.ts';

/** What waits for a person's answer and how to give it; and who answered what. */
export function describeDecision({ view, endRequest }: TaskRecord): string[] {
  const { decision, work, state } = view;
  if (state === 'waiting_approval' && endRequest === null) {
    const tree = work === undefined ? '' : ` (${codeSpan(work.tree.slice(0, 12))})`;
    return [
      `Nothing leaves the runner before somebody answers${tree}: say \`approve\`, \`reject <why>\`, or \`rework <why>\` to have Claude try again. The first answer counts.`,
    ];
  }
  return decision === undefined ? [] : [sentence(decision)];
}

function sentence({ verdict, by, reason }: Decision): string {
  const who = escapeMarkdown(by);
  const why = reason === null ? '.' : `: ${escapeMarkdown(reason)}`;
  switch (verdict) {
    case 'approved':
      return `Approved by ${who}${why}`;
    case 'rejected':
      return `Rejected by ${who}${why}`;
    case 'rework':
      return `Rejected by ${who}, and Claude tries again${why}`;
  }
}
