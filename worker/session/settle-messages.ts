import { MAX_ATTACHMENTS } from '../../protocol/attachments.ts';
import type { TaskRequest } from '../contracts.ts';
import { acknowledgeMessage } from './acknowledge-message.ts';
import type { MessageRecord } from './session-record.ts';
import type { SessionUnit } from './session-unit.ts';
import { addTask } from './start-task.ts';

/**
 * A task is over; messages that Claude never got must not be lost with it. They become the request of a new task,
 * unless a person called the work off: then they are marked as dropped. A stopped task keeps them for its `resume`.
 */
export function settleMessages(unit: SessionUnit, taskNumber: number): void {
  const { store } = unit.deps;
  const task = unit.task(taskNumber);
  if (task.view.state === 'stopped') return;
  store.dropCommands(taskNumber, 'all');
  const queued = store.queuedMessages(taskNumber);
  // What nobody asked as a request of its own (why work was rejected) ends with its task.
  const followUps = queued.filter(
    ({ view, asked }) => asked !== null && !task.requestMessageIds.includes(view.id),
  );
  const dropped = task.view.state === 'cancelled' ? queued : queued.filter((m) => !followUps.includes(m));
  for (const message of dropped) acknowledgeMessage(unit, message, 'dropped');
  if (task.view.state === 'cancelled') return;
  const request = requestOf(followUps);
  if (request !== null) addTask(unit, request, 'left_over_messages', followUps);
}

/** One request out of messages that came too late for their task, in their order. */
function requestOf(messages: readonly MessageRecord[]): TaskRequest | null {
  const first = messages[0];
  const asked = messages.at(-1)?.asked;
  if (first === undefined || asked === undefined || asked === null) return null;
  const images = messages.flatMap(({ view }) => view.attachments ?? []).slice(0, MAX_ATTACHMENTS);
  return {
    triggerId: `left-over:${first.view.id}`,
    source: first.view.source,
    requester: asked.requester,
    request: messages.map((message) => message.view.content).join('\n\n'),
    context: null,
    options: asked.options,
    ...(images.length === 0 ? {} : { attachments: images }),
  };
}
