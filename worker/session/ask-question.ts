import { defaultReply } from '../../protocol/default-reply.ts';
import {
  type AskedQuestion,
  checkReply,
  type QuestionReply,
  type QuestionView,
} from '../../protocol/questions.ts';
import type { Refused } from '../contracts.ts';
import { formatMoment } from './render/format-quantities.ts';
import type { TaskRecord } from './session-record.ts';
import {
  advance,
  change,
  changeView,
  draftOf,
  move,
  stepOf,
  type TaskDraft,
  type TaskStep,
} from './task-draft.ts';
import { withdrawQuestion } from './withdraw-question.ts';

const MINUTE_MS = 60_000;

/** The question that somebody may answer now; null when there is none. */
export function openQuestion({ question }: TaskRecord): QuestionView | null {
  return question?.state.status === 'open' ? question : null;
}

/**
 * Claude asks, or a runner that was started again says once more what Claude had asked. What is answered already stays
 * answered: the answer is on its way.
 */
export function askQuestion(draft: TaskDraft, asked: AskedQuestion): void {
  const { question } = draft.task;
  if (question?.id === asked.questionId && question.state.status === 'answered') return;
  if (question?.id !== asked.questionId) withdrawQuestion(draft);
  if (openQuestion(draft.task) === null) open(draft, asked);
  const { state } = draft.task.view;
  if (state === 'pending' || state === 'pre_flight') advance(draft, 'running', null);
  move(draft, 'ask', asked.kind === 'permission' ? 'Claude needs a permission.' : 'Claude asks.');
}

function open(draft: TaskDraft, { questionId: id, kind, items, tool }: AskedQuestion): void {
  const { id: taskId, options } = draft.task.view;
  const state = {
    status: 'open',
    endsAt: draft.nowMs + options.answerMinutes * MINUTE_MS,
    onNoAnswer: options.onNoAnswer,
  } as const;
  const question = { id, taskId, kind, items, tool, askedAt: draft.nowMs, state };
  change(draft, { question });
  changeView(draft, { question });
  draft.effects.push({ type: 'write_question', question }, { type: 'tell_question' });
}

/** Who answers. `messageId`: of the message that the answer was read from. */
export type Answerer = { by: string | null; messageId: string | null };

/**
 * Takes the answer to a question. The first one counts, through whichever door it came; whoever is later is told who was
 * first.
 *
 * @param question as it is stored; it may be an older one than that which is open.
 */
export function answerQuestion(
  task: TaskRecord,
  question: QuestionView,
  reply: QuestionReply,
  { by, messageId }: Answerer,
  nowMs: number,
): TaskStep | Refused {
  const refused = refuseAnswer(task, question, reply);
  if (refused !== null) return refused;
  const draft = draftOf(task, nowMs);
  const answered = { ...question, state: { status: 'answered', reply, by, at: nowMs } } as const;
  const { id: questionId, kind, items, tool } = question;
  change(draft, { question: answered });
  changeView(draft, { question: undefined });
  draft.events.push({ type: 'question.answered', questionId, reply, by });
  draft.effects.push(
    { type: 'write_question', question: answered },
    {
      type: 'command',
      command: {
        type: 'answer',
        questionId,
        question: { questionId, kind, items, tool },
        reply,
        by,
        messageId,
      },
    },
    { type: 'news', urgent: true },
  );
  move(draft, 'answer', by === null ? 'Nobody answered in time.' : `Answered by ${by}.`);
  return stepOf(draft);
}

/** What follows when nobody answered in time; null where the task is stopped instead. */
export function answerByDefault(task: TaskRecord, nowMs: number): TaskStep | null {
  const question = openQuestion(task);
  if (question === null || question.state.status !== 'open') return null;
  const reply = defaultReply(question, question.state.onNoAnswer);
  if (reply === null) return null;
  const step = answerQuestion(task, question, reply, { by: null, messageId: null }, nowMs);
  return 'status' in step ? null : step;
}

/** The runner says what became of a question. */
export function settleQuestion(draft: TaskDraft, questionId: string, how: 'answered' | 'withdrawn'): void {
  if (how !== 'withdrawn' || openQuestion(draft.task)?.id !== questionId) return;
  withdrawQuestion(draft);
  if (draft.task.view.state === 'waiting_input')
    move(draft, 'answer', 'Claude waits for no answer any more.');
}

function refuseAnswer(
  { view, endRequest }: TaskRecord,
  { state, items }: QuestionView,
  reply: QuestionReply,
): Refused | null {
  if (state.status === 'answered') {
    const who = state.by === null ? 'nobody answered in time, so Claude went on' : `${state.by} was first`;
    return {
      status: 'refused',
      code: 'conflict',
      message: `The question is answered: ${who} on ${formatMoment(state.at)}. The first answer counts.`,
      remedy: 'To tell Claude something else, send the task a message.',
    };
  }
  if (state.status === 'withdrawn' || endRequest !== null) {
    return {
      status: 'refused',
      code: 'not_allowed',
      message: `Nobody waits for the answer any more: task ${view.number} is ${endRequest === null ? view.state : 'about to end'}.`,
      remedy:
        'To tell Claude something, send the task a message; a stopped task asks again when it is resumed.',
    };
  }
  const mistake = checkReply(items, reply);
  if (mistake === null) return null;
  return {
    status: 'refused',
    code: 'invalid',
    message: mistake,
    remedy: 'Send one answer for each question.',
  };
}
