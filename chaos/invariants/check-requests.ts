import { type Check, violationsOf } from './evidence.ts';

/**
 * What was asked is there once: as one task, or as a message to the task that ran when a late delivery brought it. What
 * was said is there once, and nobody waits for it; but a stopped task keeps what it was told for its `resume`.
 */
export const checkRequests: Check = (evidence) => {
  const { plan, tasks, messages, said } = evidence;
  const request = `please do ${plan.nonce}:`;
  const asked = tasks.filter((task) => task.request.includes(request));
  const times = (text: string) =>
    messages.filter(({ direction, content }) => direction === 'in' && content.includes(text)).length;
  const stopped = new Set(tasks.flatMap(({ id, state }) => (state === 'stopped' ? [id] : [])));
  const waiting = messages.filter(
    ({ status, taskId }) => status === 'queued' && !(taskId !== null && stopped.has(taskId)),
  );
  return violationsOf(evidence, {
    not_one_task: asked.length > 1 ? [`the request became ${asked.length} tasks`] : [],
    not_one_message: [request, ...said].flatMap((text) =>
      times(text) === 1 ? [] : [`"${text}" is there ${times(text)} times`],
    ),
    message_waits: waiting.map(({ id }) => `message ${id} waits for ever`),
  });
};
