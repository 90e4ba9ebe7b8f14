import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventPageSchema, sessionAnswerSchema } from '../../protocol/http.ts';
import type { TaskView } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { callUntilAnswered } from '../work/caller.ts';
import { type ChaosWorld, LABELS, OWNER, startChaosWorld } from '../world/start-world.ts';
import { type PlannedTask, planRecovery, requestFor } from './plan-recovery.ts';

export type RecoveryOptions = {
  seed: number;
  tasks: number;
  share: number;
  /** Tasks that are under way, or wait for their next try, at one time. */
  atOnce: number;
};

/** One task's story: how it ended, and what it met on the way by the word of its session's log. */
export type TaskStory = {
  planned: PlannedTask;
  state: TaskView['state'];
  failure: string | null;
  turnsAgain: number;
  jobsAgain: number;
  /** By the runner after an error, by another attempt, or by a runner that was started anew. */
  startedAgain: number;
  tookMs: number;
};

export type RecoveryResult = { options: RecoveryOptions; stories: TaskStory[]; tookMs: number };

/** Longer than all tries of a task together. */
const TASK_DEADLINE_MS = 30 * 60_000;
const LOOK_MS = 3_000;

/** More than a runner tries a fetch or a push by itself. */
const GIT_FAULTS = 6;

const RUNNER_DOWN_MS = 500;

/** Runs the whole product and gives it tasks, some of which meet trouble, until each has come to its end. */
export async function runRecovery(
  options: RecoveryOptions,
  interrupted: AbortSignal,
  say: (line: string) => void,
): Promise<RecoveryResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-recovery-'));
  say(`Seed ${options.seed}. Everything that is written lies in ${dataDir}`);
  const world = await startChaosWorld({ dataDir, real: false });
  const startedAt = performance.now();
  const stories: TaskStory[] = [];
  try {
    const waiting = planRecovery(options.seed, options.tasks, options.share);
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        stories.push(await runTask(world, next, interrupted));
        if (stories.length % 50 === 0) say(`${stories.length} of ${options.tasks} tasks are over`);
      }
    };
    await Promise.all(Array.from({ length: options.atOnce }, work));
  } finally {
    await world.stop();
  }
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  return { options, stories, tookMs: performance.now() - startedAt };
}

async function runTask(
  world: ChaosWorld,
  planned: PlannedTask,
  interrupted: AbortSignal,
): Promise<TaskStory> {
  const startedAt = performance.now();
  if (planned.place === 'folder') await mkdir(join(world.foldersDir, planned.name), { recursive: true });
  armGit(world, planned);
  const deps = { url: world.url, headers: world.api.headers, signal: inTime(interrupted) };
  const body = {
    workspace: workspaceOf(world, planned),
    title: planned.name,
    prompt: requestFor(planned),
    options: { labels: [LABELS.standIn] },
  };
  const call = { method: 'POST', path: '/api/sessions', body, idempotencyKey: planned.name } as const;
  const asked = await callUntilAnswered(deps, call, sessionAnswerSchema);
  if (asked.status !== 'ok') throw new Error(`${planned.name} was refused: ${asked.code}: ${asked.detail}`);
  const { id } = asked.answer.session;
  const task = await untilOver(world, planned, id, interrupted);
  const counts = await countTries(world, id, inTime(interrupted));
  const failure = task.failure === null ? null : `${task.failure.kind}: ${task.failure.message}`;
  return { planned, state: task.state, failure, ...counts, tookMs: performance.now() - startedAt };
}

function inTime(interrupted: AbortSignal): AbortSignal {
  return AbortSignal.any([interrupted, AbortSignal.timeout(TASK_DEADLINE_MS)]);
}

/** The next requests to the repository's git server fail, whoever they come from. */
function armGit({ github }: ChaosWorld, { trouble }: PlannedTask): void {
  if (trouble === 'fetch_outage') {
    github.failNext({ match: { path: /git-upload-pack/ }, kind: '502', times: GIT_FAULTS });
  } else if (trouble === 'push_outage') {
    github.failNext({ match: { path: /git-receive-pack/ }, kind: '502', times: GIT_FAULTS });
  }
}

function workspaceOf({ github, foldersDir }: ChaosWorld, { place, name }: PlannedTask): object {
  if (place === 'folder') return { type: 'local', path: join(foldersDir, name) };
  const repository = 'north';
  return {
    type: 'github',
    repository: {
      id: github.repositoryId(repository),
      cloneUrl: github.cloneUrl(repository),
      htmlUrl: `${github.url}/${github.owner}/${repository}`,
      owner: OWNER,
      name: repository,
      defaultBranch: 'main',
      private: true,
    },
    ref: { kind: 'branch', base: 'main' },
  };
}

/** The task when it has ended, or as it stands when its time is over: one that hangs must not end the whole run. */
async function untilOver(
  world: ChaosWorld,
  planned: PlannedTask,
  sessionId: string,
  interrupted: AbortSignal,
): Promise<TaskView> {
  const deadline = performance.now() + TASK_DEADLINE_MS;
  let mayKill = planned.trouble === 'runner_killed';
  for (;;) {
    await sleep(LOOK_MS, undefined, { signal: interrupted });
    const isLate = performance.now() > deadline;
    const answer = await world.api.get(`/api/sessions/${sessionId}`, sessionAnswerSchema).catch(() => null);
    const task = answer?.tasks.at(0);
    if (task === undefined) {
      if (isLate) throw new Error(`${planned.name} (session ${sessionId}) could not be read for too long.`);
      continue;
    }
    if (isTerminal(task.state) || isLate) return task;
    if (mayKill && task.state === 'running') {
      const runner = world.runners.find(({ id }) => id === task.runnerId);
      mayKill = runner === undefined || !(await runner.signal('SIGKILL', RUNNER_DOWN_MS));
    }
  }
}

async function countTries(world: ChaosWorld, sessionId: string, signal: AbortSignal) {
  const path = `/api/sessions/${sessionId}/events?after=0&limit=1000`;
  for (;;) {
    // A machine that is busy with a thousand tasks may let a request wait for longer than its deadline.
    const page = await world.api.get(path, eventPageSchema).catch(() => null);
    if (page === null) {
      await sleep(LOOK_MS, undefined, { signal });
      continue;
    }
    const count = (type: string) => page.events.filter(({ event }) => event.type === type).length;
    return {
      turnsAgain: count('claude.recovering'),
      jobsAgain: count('task.recovering'),
      startedAgain: Math.max(0, count('claude.started') - 1),
    };
  }
}
