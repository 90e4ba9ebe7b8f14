import { type Check, violationsOf } from './evidence.ts';

/** What was asked once became one task; what was said once is there once, and nobody waits for it any more. */
export const checkRequests: Check = (evidence) => {
  const { plan, tasks, messages, said } = evidence;
  const asked = tasks.filter(({ request }) => request.includes(`please do ${plan.nonce}:`));
  const times = (text: string) =>
    messages.filter(({ direction, content }) => direction === 'in' && content.includes(text)).length;
  return violationsOf(evidence, {
    not_one_task: asked.length === 1 ? [] : [`the request became ${asked.length} tasks`],
    not_one_message: said.flatMap((text) =>
      times(text) === 1 ? [] : [`"${text}" is there ${times(text)} times`],
    ),
    message_waits: messages.flatMap(({ id, status }) =>
      status === 'queued' ? [`message ${id} waits for ever`] : [],
    ),
  });
};
