import type { Reply } from './answer-claude.ts';

/** What the end criteria came to. Null: there are none. */
export type Judged =
  | { verdict: 'holds' }
  | { verdict: 'missing'; missing: string }
  /** It can't be told: a person has to look. */
  | { verdict: 'unclear'; missing: string };

export type Next =
  | { type: 'done'; notice: string | null }
  | { type: 'go_on'; by: 'responder' | 'criteria'; text: string }
  | { type: 'ask_person'; text: string }
  | { type: 'exhausted'; missing: string };

/** Before anybody is asked for an answer: what follows already, or that Claude's question wants one. */
export type Step = Next | { type: 'reply' };

/** How a task stands after a turn of Claude. */
export type Standing = {
  judged: Judged | null;
  /** Claude's last words ask something. */
  asks: boolean;
  iterations: number;
  maxIterations: number;
};

const GO_ON =
  'Nobody has looked at this but a program: the end criterion of this task does not hold yet. Go on until it does.';

const ANSWERED =
  'A program answers for the person who asked; it knows the request and what you wrote, and nothing more.';

/** Decides what follows a turn, as far as it follows without an answer to Claude's question. Pure. */
export function decideNext({ judged, asks, iterations, maxIterations }: Standing): Step {
  if (judged?.verdict === 'holds') return { type: 'done', notice: null };
  if (judged?.verdict === 'unclear') {
    return { type: 'ask_person', text: `Whether the end criterion holds can't be told: ${judged.missing}` };
  }
  if (judged === null && !asks) return { type: 'done', notice: null };
  if (iterations >= maxIterations) {
    return judged === null
      ? { type: 'ask_person', text: `Claude asks again, after ${iterations} answers of the responder.` }
      : { type: 'exhausted', missing: judged.missing };
  }
  return asks ? { type: 'reply' } : goOn(judged);
}

/**
 * Decides what follows once the responder was asked. Pure.
 *
 * @param reply null: there is no answer to use, for the reason `trouble`
 */
export function decideReply(judged: Judged | null, reply: Reply | null, trouble: string | null): Next {
  if (reply === null) {
    const why = trouble ?? 'its answer could not be used.';
    // Work without criteria was done before the responder was asked.
    return judged === null
      ? { type: 'done', notice: `Claude ends with a question, and the responder could not be asked: ${why}` }
      : { type: 'ask_person', text: `Claude asks something, and the responder could not be asked: ${why}` };
  }
  switch (reply.decision) {
    case 'answer': {
      const missing = judged?.verdict === 'missing' ? `\n\nStill missing: ${judged.missing}` : '';
      return { type: 'go_on', by: 'responder', text: `${ANSWERED}\n\n${reply.message}${missing}` };
    }
    case 'done':
      return judged === null ? { type: 'done', notice: null } : goOn(judged);
    case 'unsure':
      return { type: 'ask_person', text: reply.reason };
  }
}

function goOn(judged: Judged | null): Next {
  const missing = judged?.verdict === 'missing' ? judged.missing : '';
  return { type: 'go_on', by: 'criteria', text: `${GO_ON}\n\nMissing: ${missing}` };
}
