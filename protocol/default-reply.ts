import type { AskedQuestion, NoAnswerPolicy, QuestionReply } from './questions.ts';

const DECIDE =
  'Nobody answered in time. Decide yourself, go on, and state the assumption that you made in your final message.';
const REFUSED = 'Nobody answered in time. Take that as a no: do not do what the question was about.';
const NOT_ALLOWED = 'Nobody allowed it in time. Go on without it; do not ask for it again.';

/**
 * What Claude is told when nobody answers. A permission is never given by default. Null: the task is stopped instead.
 */
export function defaultReply(
  { kind, items }: Pick<AskedQuestion, 'kind' | 'items'>,
  policy: NoAnswerPolicy,
): QuestionReply | null {
  if (policy === 'stop') return null;
  if (kind === 'permission') return { type: 'declined', reason: NOT_ALLOWED };
  if (policy === 'deny') return { type: 'declined', reason: REFUSED };
  const first = items.map(({ choices }) => choices[0]?.label);
  if (policy === 'continue' || first.includes(undefined)) return { type: 'declined', reason: DECIDE };
  return {
    type: 'answers',
    answers: first.map((label) => ({ choices: label === undefined ? [] : [label], text: null })),
  };
}
