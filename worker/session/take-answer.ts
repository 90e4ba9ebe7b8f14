import type { QuestionReply, QuestionView } from '../../protocol/questions.ts';
import { readReply } from '../../protocol/read-reply.ts';
import type { Refused, SubmitResult, TaskRequest } from '../contracts.ts';
import { answerQuestion, openQuestion } from './ask-question.ts';
import { addCommand } from './carry-out-effect.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import type { SessionCore } from './session-core.ts';
import type { TaskRecord } from './session-record.ts';
import type { SessionStore } from './session-store.ts';
import type { SessionUnit } from './session-unit.ts';
import { imagesOf, incomingMessage } from './start-task.ts';
import { findTask } from './take-order.ts';

const WITH_ANSWER = 'These images belong to the answer to your question.';

export type AnswerResult = { status: 'ok'; question: QuestionView } | Refused;

/** Somebody answers a question by its id. */
export function takeAnswer(
  core: SessionCore,
  store: SessionStore,
  taskNumber: number,
  answer: { questionId: string; reply: QuestionReply; by: string },
): AnswerResult {
  const task = findTask(core, taskNumber);
  const question = task === null ? null : find(store, taskNumber, answer.questionId);
  if (task === null || question === null) return refuseUnknown(task === null ? 'task' : 'question');
  return core.change((unit) => {
    const who = { by: answer.by, messageId: null };
    const step = answerQuestion(task, question, answer.reply, who, unit.nowMs);
    if ('status' in step) return step;
    unit.apply(step);
    return { status: 'ok', question: find(store, taskNumber, question.id) ?? question };
  });
}

function find(store: SessionStore, taskNumber: number, questionId: string): QuestionView | null {
  return store.questions(taskNumber).find(({ id }) => id === questionId) ?? null;
}

/**
 * A message to a task that waits for an answer is the answer, where it can be read as one. Null: it is a message like
 * any other.
 */
export function answerByMessage(
  unit: SessionUnit,
  task: TaskRecord,
  request: TaskRequest,
): SubmitResult | null {
  const question = openQuestion(task);
  const reply = question === null ? null : readReply(question, request.request);
  if (question === null || reply === null) return null;
  const messageId = unit.deps.newId();
  const by = request.requester.login;
  const step = answerQuestion(task, question, reply, { by, messageId }, unit.nowMs);
  if ('status' in step) return null;
  const { number, id } = task.view;
  unit.deps.store.addTrigger(request.triggerId, { taskNumber: number, messageId });
  const { source, request: text } = request;
  const images = imagesOf(request);
  unit.logControl(id, { type: 'message.received', messageId, author: by, source, text, ...images });
  // Read as an answer; nobody has to hear it as a request of its own.
  unit.writeMessage({ ...incomingMessage(messageId, request, task, unit.nowMs), asked: null });
  unit.apply(step);
  // An answer is text; what was shown with it comes as a message right behind it.
  if (request.attachments !== undefined) {
    addCommand(unit, number, { type: 'message', messageId, author: by, text: WITH_ANSWER, ...images });
  }
  return { status: 'message_queued', task: unit.task(number).view, messageId, duplicate: false };
}
