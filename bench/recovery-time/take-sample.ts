import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { mention } from '../world/mention.ts';
import { followLog } from './follow-log.ts';

/** The answer after the first tool call is held back: Claude is in the middle of its work when the runner dies. */
const HOLD = 'loop-1';

export type Recovery = {
  /** What the world does once the runner is dead. */
  afterKill(): Promise<unknown>;
  /** What a step of the way back may take. */
  stepMs: number;
  signal: AbortSignal;
};

/** Ms since the kill. */
export type Sample = { backMs: number; startedMs: number; requestMs: number; idFaults: number };

/** Kills the runner in the middle of a task and follows the task to its end. */
export async function takeSample(
  { stack, model, ...world }: DemoWorld,
  { afterKill, ...limits }: Recovery,
): Promise<Sample> {
  model.hold(HOLD);
  const { sessionId } = await mention({ stack, model, ...world }, '[[loop:2]]');
  const log = followLog(stack, sessionId, limits);
  try {
    await log.within(model.reached(HOLD), 'Claude to ask the model');
    const requestsBefore = model.requests.length;
    const steps = [log.next('job.assigned'), log.next('claude.started')] as const;
    const killedAtMs = performance.now();
    stack.runner.current().kill('SIGKILL', 'leader');
    const after = afterKill();
    const backAtMs = await steps[0];
    // The orphaned Claude is ended before the job is given out again; an earlier answer would still have reached it.
    model.release(HOLD);
    const startedAtMs = await steps[1];
    await after;
    await log.completed();
    const request = model.requests
      .slice(requestsBefore)
      .find(({ body, atMs }) => body !== null && atMs > backAtMs);
    if (request === undefined) throw new Error('Claude was started again and never asked the model.');
    return {
      backMs: backAtMs - killedAtMs,
      startedMs: startedAtMs - killedAtMs,
      requestMs: request.atMs - killedAtMs,
      idFaults: log.idFaults(),
    };
  } finally {
    log.close();
    model.release(HOLD);
  }
}
