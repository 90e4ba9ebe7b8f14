import type { JobCommand } from '../../protocol/job.ts';
import { acknowledgeMessage } from './acknowledge-message.ts';
import { linkPullRequests, openPullRequests } from './open-pull-request.ts';
import { questionRow } from './question-row.ts';
import { renderQuestion } from './render/render-question.ts';
import { renderReminder } from './render/render-reminder.ts';
import { reviewWrite } from './review-task.ts';
import type { MessageRecord } from './session-record.ts';
import type { SessionUnit } from './session-unit.ts';
import { fleetPut, gitAccessPut, githubPut } from './session-writes.ts';
import { settleMessages } from './settle-messages.ts';
import { signCommits } from './staged-commits.ts';
import { startNextTask } from './start-task.ts';
import type { Effect } from './task-draft.ts';
import { tellDependents } from './tell-dependents.ts';

/** Does one thing that a decision asked for, inside the transaction that stores the decision. */
export function carryOut(unit: SessionUnit, taskNumber: number, effect: Effect): void {
  const { store } = unit.deps;
  switch (effect.type) {
    case 'command':
      addCommand(unit, taskNumber, effect.command);
      return;
    case 'command_taken': {
      const command = store.takeCommand(taskNumber, effect.commandId);
      if (command === null || !('messageId' in command) || command.messageId === null) return;
      markDelivered(unit, store.readMessage(command.messageId));
      return;
    }
    case 'write_question':
      store.writeQuestion(taskNumber, effect.question);
      unit.put(questionRow(unit.session, effect.question, unit.nowMs));
      return;
    case 'tell_question': {
      const question = renderQuestion(unit.session, unit.task(taskNumber));
      if (question !== null) unit.put(githubPut(question));
      return;
    }
    case 'drop_orders':
      store.dropCommands(taskNumber, 'orders');
      return;
    case 'enqueue':
      enqueue(unit, taskNumber);
      return;
    case 'ask_queue':
      unit.put(fleetPut({ kind: 'enqueue', taskNumber }));
      return;
    case 'release':
      unit.put(fleetPut({ kind: 'release', taskNumber, epoch: effect.epoch }));
      return;
    case 'withdraw':
      unit.put(fleetPut({ kind: 'withdraw', taskNumber, reason: effect.reason }));
      return;
    case 'end_git_access':
      unit.put(gitAccessPut(taskNumber, effect.epoch));
      return;
    case 'sign_commits': {
      const write = signCommits(unit.session, unit.task(taskNumber), effect.repositoryId);
      if (write !== null) unit.put(githubPut(write));
      return;
    }
    case 'write_review': {
      const write = reviewWrite(unit.session, unit.task(taskNumber), effect.review, unit.deps.publicUrl);
      if (write !== null) unit.put(githubPut(write));
      return;
    }
    case 'open_pull_request': {
      for (const write of openPullRequests(unit.session, unit.task(taskNumber), unit.deps.publicUrl)) {
        unit.put(githubPut(write));
      }
      return;
    }
    case 'link_pull_requests': {
      for (const write of linkPullRequests(unit.session, unit.task(taskNumber), unit.deps.publicUrl)) {
        unit.put(githubPut(write));
      }
      return;
    }
    case 'claude_session': {
      const { runnerId } = unit.task(taskNumber).view;
      if (unit.session.claudeSessionId === effect.id && unit.session.runnerId === runnerId) return;
      unit.setSession({ ...unit.session, claudeSessionId: effect.id, runnerId });
      return;
    }
    case 'request_delivered':
      for (const id of unit.task(taskNumber).requestMessageIds) markDelivered(unit, store.readMessage(id));
      return;
    case 'say':
      say(unit, taskNumber, effect.text);
      return;
    case 'remind': {
      const reminder = renderReminder(unit.session, unit.task(taskNumber), effect.endsAtMs);
      if (reminder !== null) unit.put(githubPut(reminder));
      return;
    }
    case 'news':
      scheduleNews(unit, taskNumber, effect.urgent);
      return;
    case 'task_over':
      settleMessages(unit, taskNumber);
      tellDependents(unit, taskNumber, unit.task(taskNumber).view.state);
      startNextTask(unit);
      return;
  }
}

export function addCommand(unit: SessionUnit, taskNumber: number, command: JobCommand): void {
  const task = unit.task(taskNumber);
  const numbered = { id: task.nextCommandId, command };
  unit.stage({ ...task, nextCommandId: task.nextCommandId + 1 });
  unit.deps.store.addCommand(taskNumber, numbered);
  unit.commands.push({ taskNumber, command: numbered });
}

function enqueue(unit: SessionUnit, taskNumber: number): void {
  const task = unit.task(taskNumber);
  unit.stage({ ...task, enqueuedAt: Math.max(unit.nowMs, task.enqueuedAt + 1) });
  unit.put(fleetPut({ kind: 'enqueue', taskNumber }));
}

function markDelivered(unit: SessionUnit, message: MessageRecord | null): void {
  if (message !== null) acknowledgeMessage(unit, message, 'delivered');
}

function say(unit: SessionUnit, taskNumber: number, content: string): void {
  const { id: taskId } = unit.task(taskNumber).view;
  const view = {
    id: unit.deps.newId(),
    taskId,
    direction: 'out' as const,
    source: unit.session.source,
    author: 'claude',
    content,
    status: 'delivered' as const,
    createdAt: unit.nowMs,
  };
  unit.writeMessage({ view, taskNumber, asked: null });
}

function scheduleNews(unit: SessionUnit, taskNumber: number, urgent: boolean): void {
  const task = unit.task(taskNumber);
  if (unit.session.thread === null) return;
  const soonest = Math.max(unit.nowMs, task.comment.writtenAt + unit.deps.editIntervalMs);
  const dueAt = urgent ? unit.nowMs : Math.min(task.comment.dueAt ?? soonest, soonest);
  if (dueAt !== task.comment.dueAt) unit.stage({ ...task, comment: { ...task.comment, dueAt } });
}
