import type { AttachmentView } from '../../protocol/attachments.ts';
import type { DiffView } from '../../protocol/diff.ts';
import type { SessionAnswer, UpdateSession } from '../../protocol/http.ts';
import type { QuestionReply, QuestionView } from '../../protocol/questions.ts';
import type { MessageSource, MessageView } from '../../protocol/task.ts';
import type { Refused, SubmitResult, TaskRequest, TaskResult } from '../contracts.ts';
import type { Answer } from './decide-task.ts';
import type { GateDecision } from './gates/decide-gates.ts';

/** What people want of one task that is there. */
export type TaskOrder =
  | { type: 'start' | 'pause' | 'finish' | 'delete'; by: string }
  /** Its check run is made once more; `request` names who asked for it on GitHub, and when. */
  | { type: 'check_again'; by: string; request: string }
  | GateDecision;

export type MessageQuery = {
  /** Of the last page; null for the first. */
  after: number | null;
  limit: number;
  newestFirst: boolean;
  direction: MessageView['direction'] | null;
  taskNumber: number | null;
};

/** `at`: where the next page begins. */
export type MessagePage = { items: { at: number; message: MessageView }[] };

/** What is asked of a session beside its tasks' way through the Fleet. */
export interface SessionOrders {
  update(changes: UpdateSession, by: string): Promise<{ status: 'ok'; answer: SessionAnswer } | Refused>;
  /** Forgets the session and everything that is stored of it. Refused while a task of it is not over. */
  erase(by: string): Promise<{ status: 'erased' } | Refused>;
  /** @param taskNumber null: the task that is running or queued */
  orderTask(taskNumber: number | null, order: TaskOrder): Promise<TaskResult>;
  /**
   * A person's answer to work that waits for approval: every door ends here. The first answer counts.
   *
   * @param taskNumber null: the task that waits, else the last one
   */
  decide(taskNumber: number | null, answer: Answer, source: MessageSource): Promise<TaskResult>;
  /** What a task, or one turn of it, changed, as it was captured last. Null: nothing was. */
  diff(taskNumber: number, turn: number | null): Promise<Omit<DiffView, 'taskId'> | null>;
  /** A message for exactly this task. */
  addInput(taskNumber: number, request: TaskRequest): Promise<SubmitResult>;
  /** The images of the session, in the order in which they came. */
  attachments(): Promise<AttachmentView[]>;
  addAttachment(attachment: AttachmentView): Promise<{ status: 'stored' } | Refused>;
  /** Null: there is no such task. The latest first. */
  questions(taskNumber: number): Promise<QuestionView[] | null>;
  /** The first answer counts; whoever is later is told who was first. */
  answerQuestion(
    taskNumber: number,
    answer: { questionId: string; reply: QuestionReply; by: string },
  ): Promise<{ status: 'ok'; question: QuestionView } | Refused>;
  messages(query: MessageQuery): Promise<MessagePage | null>;
}
