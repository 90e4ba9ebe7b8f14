import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { followTask } from '../world/follow-task.ts';
import { requestGithubTask } from '../world/request-github-task.ts';

/** What a task goes through, by the events that say so. */
const STAGES = [
  'job.assigned',
  'workspace.ready',
  'claude.started',
  'claude.turn_ended',
  'work.captured',
  'commit.made',
  'push.done',
] as const;

export type Stage = (typeof STAGES)[number];

/** Ms since the request was sent. */
export type ProductTimes = {
  /** Claude's first request at the model. */
  firstModelRequestMs: number;
  /** A viewer knows that Claude is done and its work is kept as a git tree. */
  capturedMs: number;
  /** A viewer knows that the task is completed. */
  completedMs: number;
  /** When a viewer knew of each stage. */
  stages: { stage: Stage; atMs: number }[];
};

/** One task through the API, from the moment its request is sent. */
export async function runProduct(
  world: DemoWorld,
  prompt: string,
  signal: AbortSignal,
): Promise<ProductTimes> {
  const { stack, model } = world;
  const requestsBefore = model.requests.length;
  const sentAtMs = performance.now();
  const task = await followTask(stack, await requestGithubTask(world, prompt), signal);
  const firstRequest = model.requests[requestsBefore];
  if (firstRequest === undefined) throw new Error('The model was never asked.');
  return {
    firstModelRequestMs: firstRequest.atMs - sentAtMs,
    capturedMs: task.first('work.captured').seenAtMs - sentAtMs,
    completedMs: task.completedAtMs - sentAtMs,
    stages: STAGES.map((stage) => ({ stage, atMs: task.first(stage).seenAtMs - sentAtMs })),
  };
}
