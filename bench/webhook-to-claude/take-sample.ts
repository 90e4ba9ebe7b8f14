import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestRecord } from '../../doubles/github/request-log.ts';
import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { countRoundTrips, type RoundTrips } from '../stats/round-trips.ts';
import { followTask } from '../world/follow-task.ts';
import { mention } from '../world/mention.ts';
import type { SpawnLog } from './spawn-log.ts';

/** The last writes to GitHub of the sample before end within it; they must not count for this one. */
const PAUSE_MS = 600;

export type Place = { world: DemoWorld; spawns: SpawnLog };

/** Times in ms; all but the first count from the 202. */
export type Sample = {
  acceptMs: number;
  spawnMs: number;
  firstOutputMs: number;
  firstModelRequestMs: number;
  calls: RoundTrips;
  /** What the calls were, in the order in which they began. */
  callNames: string[];
};

/** One mention on a new issue, followed to the end of its task. */
export async function takeSample({ world, spawns }: Place, signal: AbortSignal): Promise<Sample> {
  const { github, model, stack } = world;
  await sleep(PAUSE_MS);
  const requestsBefore = model.requests.length;
  const callsBefore = github.requests.length;
  const spawnsBefore = (await spawns.read()).length;
  const asked = await mention(world, 'answer [[say:Nothing needs to change.]]');
  const acceptedAt = performance.timeOrigin + asked.acceptedAtMs;
  const task = await followTask(stack, asked.sessionId, signal);
  await github.settled();
  const spawnedAt = (await spawns.read())[spawnsBefore];
  const firstRequest = model.requests[requestsBefore];
  if (spawnedAt === undefined || firstRequest === undefined) throw new Error('Claude was never started.');
  const calls = github.requests.slice(callsBefore).filter(({ at }) => at < spawnedAt);
  return {
    acceptMs: asked.acceptedAtMs - asked.sentAtMs,
    spawnMs: spawnedAt - acceptedAt,
    firstOutputMs: task.first('claude.started').storedAtMs - acceptedAt,
    firstModelRequestMs: firstRequest.atMs - asked.acceptedAtMs,
    calls: countRoundTrips(calls.map(spanOf), 0, spawnedAt),
    callNames: calls.map(nameOf),
  };
}

function spanOf({ at, durationMs }: RequestRecord): { startMs: number; endMs: number | null } {
  return { startMs: at, endMs: durationMs === null ? null : at + durationMs };
}

/** GitHub's name for a REST call; method and last part of the path for git. */
function nameOf({ method, path, operationId }: RequestRecord): string {
  return operationId ?? `${method} ${path.split('?')[0]?.split('/').slice(3).join('/')}`;
}
