import type { SessionEvent } from '../../protocol/events.ts';
import type { QuestionReply } from '../../protocol/questions.ts';

type QuestionEvent = Extract<
  SessionEvent,
  { type: 'question.asked' | 'question.parked' | 'question.settled' | 'question.answered' }
>;

/** What happened to a question, as one sentence for people. */
export function describeQuestion(event: QuestionEvent): string {
  switch (event.type) {
    case 'question.asked':
      return `Claude asks: ${event.items.map(({ text }) => text).join(' / ')}`;
    case 'question.parked':
      return 'Claude Code ended while it waits for the answer; it goes on with it later';
    case 'question.settled':
      return event.how === 'answered' ? 'Claude has the answer' : 'Claude waits for no answer any more';
    case 'question.answered':
      return `${event.by ?? 'Nobody answered in time'}: ${describeReply(event.reply)}`;
  }
}

/** A reply as people read it. */
function describeReply(reply: QuestionReply): string {
  if (reply.type === 'declined') return reply.reason === null ? 'no answer' : `no answer: ${reply.reason}`;
  return reply.answers
    .map(({ choices, text }) => [...choices, ...(text === null ? [] : [text])].join(', '))
    .join(' / ');
}
