import { type RunnerEvent, runnerEventSchema } from '../../protocol/events.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** An event with a payload in each of its texts in which the protocol allows it. */
export function poisonEvent(event: unknown, payload: string): RunnerEvent {
  const root = structuredClone(event) as { [key: string]: Json };
  const replaceIn = (holder: { [key: string]: Json }) => {
    for (const [key, value] of Object.entries(holder)) {
      if (typeof value === 'object' && value !== null) replaceIn(value as { [key: string]: Json });
      else if (typeof value === 'string' || value === null) {
        holder[key] = payload;
        if (!runnerEventSchema.safeParse(root).success) holder[key] = value;
      }
    }
  };
  replaceIn(root);
  return runnerEventSchema.parse(root);
}
