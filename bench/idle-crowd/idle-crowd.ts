import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../local/stack/start-stack.ts';
import { PING_INTERVAL_MS } from '../../protocol/limits.ts';
import type { Benchmark, BenchmarkContext, Measure, Report } from '../benchmark.ts';
import { amount, distribution } from '../report/measures.ts';
import { useWorld } from '../world/use-world.ts';
import { memoryOf, workerdOf } from '../world/watch-cpu.ts';
import { type Crowd, gatherCrowd } from './gather-crowd.ts';
import { wakeCrowd } from './wake-crowd.ts';

const RUNNERS = 1_000;
const VIEWERS = 5_000;
const QUICK_RUNNERS = 100;
const QUICK_VIEWERS = 500;

/** A page that is left open shows one session; a session of a team has some who watch. */
const VIEWERS_A_SESSION = 10;

/** Half-open sockets show after two intervals; whoever survives four of them stays. */
const IDLE_INTERVALS = 4;
const QUICK_IDLE_INTERVALS = 2;

const WAKE_SAMPLES = 40;
const QUICK_WAKE_SAMPLES = 20;

const METHOD = [
  `${RUNNERS.toLocaleString('en-US')} runners (light ones: the real control socket, no process) of one account and ${VIEWERS.toLocaleString('en-US')} viewers of ${(VIEWERS / VIEWERS_A_SESSION).toLocaleString('en-US')} sessions
connect to one workerd and then do nothing but ping every ${PING_INTERVAL_MS / 1_000} s. CPU and memory (PSS) are workerd's own, over
${IDLE_INTERVALS} ping intervals. Afterwards each socket must be open and have had its answers.`,
  `Then tasks are requested, one after another, in sessions with ten viewers each: **runner** is when one of the idle
runners has the job, **viewer** is when the last of the ten has the first event of it.`,
];

const BOUND = `Idle: the pings, 600 a second, which workerd answers without waking an object, and the memory of two ends
of each socket. Awake: an object that hibernated must be built again from its storage, and the Fleet looks through all
its runners for the one that takes the job.`;

export const idleCrowd: Benchmark = {
  name: 'idle-crowd',
  limitMs: 240_000,
  run: (context) => useWorld({}, ({ stack }) => measure(stack, context)),
};

async function measure(stack: Stack, context: BenchmarkContext): Promise<Report> {
  const { quick, signal, say } = context;
  const size = {
    runners: quick ? QUICK_RUNNERS : RUNNERS,
    sessions: (quick ? QUICK_VIEWERS : VIEWERS) / VIEWERS_A_SESSION,
    viewersASession: VIEWERS_A_SESSION,
  };
  const emptyMb = await memoryOf((await workerdOf(stack)).pid);
  const startedAtMs = performance.now();
  const crowd = await gatherCrowd(stack, size, context);
  try {
    const gatherMs = performance.now() - startedAtMs;
    say(`${crowd.size} sockets are open`);
    const idle = await beIdle(stack, crowd, quick ? QUICK_IDLE_INTERVALS : IDLE_INTERVALS, signal);
    say('the crowd was idle');
    const samples = await wakeCrowd(stack, crowd, quick ? QUICK_WAKE_SAMPLES : WAKE_SAMPLES, context);
    const awakeMb = await memoryOf((await workerdOf(stack)).pid);
    const viewers = size.sessions * size.viewersASession;
    const measures: Measure[] = [
      { type: 'count', label: 'runners', value: size.runners },
      { type: 'count', label: 'viewers', value: viewers },
      amount('until all had connected', 's', [gatherMs / 1_000]),
      amount("workerd's memory before", 'MB', [emptyMb]),
      amount("workerd's memory with all of them idle", 'MB', [idle.memoryMb]),
      amount('memory a socket', 'kB', [((idle.memoryMb - emptyMb) * 1_000) / crowd.size]),
      amount('cores that workerd kept busy while they were idle', 'cores', [idle.cores]),
      { type: 'faults', label: 'sockets that were cut or not answered', value: idle.faults },
      distribution(
        'request sent → an idle runner has the job',
        samples.map(({ runnerMs }) => runnerMs),
      ),
      distribution(
        'request sent → ten idle viewers have its first event',
        samples.map(({ viewersMs }) => viewersMs),
      ),
      amount("workerd's memory afterwards", 'MB', [awakeMb]),
    ];
    return { title: 'An idle crowd on one workerd', method: METHOD, measures, bound: BOUND };
  } finally {
    crowd.leave();
  }
}

/** Leaves everybody alone for some ping intervals. */
async function beIdle(
  stack: Stack,
  crowd: Crowd,
  intervals: number,
  signal: AbortSignal,
): Promise<{ memoryMb: number; cores: number; faults: number }> {
  // What connecting left to do is done within one interval.
  await sleep(PING_INTERVAL_MS, null, { signal });
  const before = await workerdOf(stack);
  const pongsBefore = crowd.pongs();
  const startedAtMs = performance.now();
  await sleep(intervals * PING_INTERVAL_MS, null, { signal });
  const tookMs = performance.now() - startedAtMs;
  const after = await workerdOf(stack);
  const memoryMb = await memoryOf(after.pid);
  // A ping may be under way at either end of the time.
  const answered = crowd.pongs().filter((pongs, index) => pongs - (pongsBefore[index] ?? 0) >= intervals - 1);
  const faults = crowd.size - Math.min(answered.length, crowd.open());
  return { memoryMb, cores: (after.cpuMs - before.cpuMs) / tookMs, faults };
}
