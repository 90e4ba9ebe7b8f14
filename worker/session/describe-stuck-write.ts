import { taskIdOf } from '../../protocol/ids.ts';
import type { Description } from '../attention/make-item.ts';
import type { SessionRecord } from './session-record.ts';
import type { SessionWrite } from './session-writes.ts';

const OWN_PART =
  "Look at the Worker's log. Nothing is lost: it is tried again by itself, and at once when you retry.";

/** Says, for people, which of a session's writes does not get through. */
export function describeStuckWrite(session: SessionRecord, write: SessionWrite): Description {
  const about = { sessionId: session.id, taskId: null };
  const task = (number: number) => ({ sessionId: session.id, taskId: taskIdOf(session.id, number) });
  switch (write.kind) {
    case 'record':
      return {
        ...about,
        kind: 'record_write',
        what: `The record (libSQL) does not take what happened in this session (${write.row.table}).`,
        remedy:
          'Check the database behind LIBSQL_URL and its migrations. The session goes on meanwhile and nothing is lost.',
      };
    case 'github':
      return {
        ...about,
        taskId: write.write.taskId,
        kind: 'message',
        what: `A write to GitHub (${write.write.kind}) can't be handed to the account's outgoing queue.`,
        remedy: OWN_PART,
      };
    case 'enqueue':
      return {
        ...task(write.taskNumber),
        kind: 'message',
        what: `Task ${write.taskNumber} can't be put into the account's queue of jobs, or its budgets can't be asked.`,
        remedy: OWN_PART,
      };
    case 'release':
      return {
        ...task(write.taskNumber),
        kind: 'message',
        what: `The queue of jobs can't be told that the job of task ${write.taskNumber} is over; its place on the runner stays taken.`,
        remedy: OWN_PART,
      };
    case 'withdraw':
      return {
        ...task(write.taskNumber),
        kind: 'message',
        what: `The job of task ${write.taskNumber} can't be taken out of the queue.`,
        remedy: OWN_PART,
      };
    case 'watch_dependencies':
      return {
        ...task(write.taskNumber),
        kind: 'message',
        what: `The tasks that task ${write.taskNumber} waits for can't be asked whether they have ended.`,
        remedy: OWN_PART,
      };
    case 'tell_dependent':
      return {
        ...task(write.taskNumber),
        kind: 'message',
        what: `Task ${write.dependent} can't be told that task ${write.taskNumber}, for which it waits, has ended.`,
        remedy: OWN_PART,
      };
    case 'end_git_access':
      return {
        ...task(write.taskNumber),
        kind: 'message',
        what: `A push token of task ${write.taskNumber} can't be taken back; it ends by itself within minutes.`,
        remedy: OWN_PART,
      };
    case 'spend':
      return {
        ...about,
        taskId: write.spend.taskId,
        kind: 'message',
        what: "The account's budgets can't be told what a turn has cost.",
        remedy: OWN_PART,
      };
    case 'news':
      return {
        ...about,
        kind: 'message',
        what: "The account's webhooks can't be told what happened in this session.",
        remedy: OWN_PART,
      };
    case 'metrics':
      return {
        ...about,
        kind: 'message',
        what: "The account's metrics can't be told what happened in this session; /metrics lags behind.",
        remedy: OWN_PART,
      };
    case 'delete_bodies':
      return {
        ...about,
        kind: 'message',
        what: 'Stored states of a session that was deleted can not be removed from R2.',
        remedy: OWN_PART,
      };
    case 'attention':
      return {
        ...about,
        kind: 'message',
        what: "The account's list of what needs attention can't be told about this session.",
        remedy: OWN_PART,
      };
  }
}
