import type { Stack } from '../../local/stack/start-stack.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import { FRAME_INTERVAL_MS } from '../../protocol/limits.ts';
import { type Socketio, startSocketio } from '../baselines/start-socketio.ts';
import { describeMissing, usePostgres } from '../baselines/use-postgres.ts';
import type { Benchmark, BenchmarkContext, Measure, Report } from '../benchmark.ts';
import { aimed, amount, distribution, medianRatio } from '../report/measures.ts';
import { TARGETS } from '../targets.ts';
import { useWorld } from '../world/use-world.ts';
import { watchCpu } from '../world/watch-cpu.ts';
import { type LogRound, paceEvents, pushEvents } from './log-round.ts';

const ROUNDS = 5;
const QUICK_ROUNDS = 2;
const EVENTS = 20_000;
const QUICK_EVENTS = 3_000;

/** The baseline takes much longer for a hundred viewers; a rate needs no more than this. */
const BASELINE_SHARE = 0.25;

const PACED_EVENTS = 500;
const QUICK_PACED_EVENTS = 150;
const PACED_INTERVAL_MS = 10;

/** How long the target's rate is held, and in what frames: the runner's own under load. */
const HELD_SECONDS = 5;
const QUICK_HELD_SECONDS = 1;

type Crowd = { viewers: number; target: 'eventsToOneViewer' | 'eventsToManyViewers' };

const CROWDS: readonly Crowd[] = [
  { viewers: 1, target: 'eventsToOneViewer' },
  { viewers: 100, target: 'eventsToManyViewers' },
];

const METHOD = [
  `One session, its job's socket on the one side and its viewers' sockets on the other, all from one client process.
**Rate**: a backlog of ${EVENTS.toLocaleString('en-US')} events of Claude's text goes out as a runner sends one (frames of up to 500 events, at most
4 MB not yet acknowledged). The clock runs from the first frame until the last viewer has the last event, so that each
event is stored, acknowledged and shown to everyone. **Latency**: 100 events a second, one by one. **Held**: the
target's own rate for ${HELD_SECONDS} seconds, live, in frames of ${FRAME_INTERVAL_MS} ms; a session that could not hold it would fall behind, and
the latency would grow to seconds.`,
  `Each viewer checks that the ids of all events follow on each other; frames are the same bytes for all viewers, so that
the client parses each once and compares the others byte by byte.`,
  `**Baseline**, in turns with it: socket.io in front of Postgres, as tutorials have it. An event comes in by socket.io, is
inserted (a pool of 10 connections, each commit synced), and is emitted to the session's room; up to 200 events are in
flight. It takes a quarter of the events.`,
];

const BOUND = `One thread of workerd runs the object: it parses and checks each frame, writes it as one row and sends it
on. To a hundred viewers the messages are the cost, not the events in them; a frame is gathered for up to 20 ms there,
which costs latency and buys the rate. The client that reads for all viewers has its part of the two cores too.`;

export const sessionLog: Benchmark = {
  name: 'session-log',
  limitMs: 240_000,
  run: (context) =>
    useWorld({}, ({ stack }) =>
      usePostgres(async (postgres) => {
        const baseline = postgres.status === 'running' ? await startSocketio(postgres) : null;
        try {
          const report = await measure(stack, baseline, context);
          return { ...report, notes: [...(report.notes ?? []), ...describeMissing(postgres)] };
        } finally {
          await baseline?.stop();
        }
      }),
    ),
};

async function measure(stack: Stack, baseline: Socketio | null, context: BenchmarkContext): Promise<Report> {
  const measures: Measure[] = [];
  const notes: string[] = [];
  for (const { viewers, target } of CROWDS) {
    const part = await measureRate(stack, baseline, viewers, target, context);
    measures.push(...part.measures);
    notes.push(part.note);
    measures.push(...(await measureLatency(stack, baseline, viewers, context)));
    measures.push(...(await measureHeld(stack, viewers, target, context)));
  }
  return { title: 'Events through one session', method: METHOD, measures, notes, bound: BOUND };
}

const crowdName = (viewers: number) => (viewers === 1 ? '1 viewer' : `${viewers} viewers`);

async function measureRate(
  stack: Stack,
  baseline: Socketio | null,
  viewers: number,
  target: Crowd['target'],
  { quick, signal, say }: BenchmarkContext,
): Promise<{ measures: Measure[]; note: string }> {
  const count = quick ? QUICK_EVENTS : EVENTS;
  const who = crowdName(viewers);
  const ours: LogRound[] = [];
  const theirs: { perSecond: number; outOfOrder: number; lost: number; deliveries: number }[] = [];
  const shares: string[] = [];
  // The first round finds cold code on both sides.
  for (let round = 0; round <= (quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
    signal.throwIfAborted();
    const cpu = await watchCpu(stack);
    const mine = await pushEvents(stack, viewers, makeEvents(count));
    shares.push(await cpu.describe());
    if (round > 0) ours.push(mine);
    if (baseline === null) continue;
    const events = makeEvents(Math.round(count * BASELINE_SHARE));
    const { tookMs, order } = await baseline.round(viewers, events, 0);
    const perSecond = (events.length / tookMs) * 1_000;
    if (round > 0) theirs.push({ perSecond, ...order, deliveries: events.length * viewers });
  }
  say(`${who}: rates are taken`);
  const sum = (numbers: number[]) => numbers.reduce((all, each) => all + each, 0);
  const perSecond = ours.map((round) => round.shownPerSecond);
  return {
    measures: [
      aimed(amount(`${who}: events stored and shown`, 'a second', perSecond), target),
      amount(
        `${who}: of them stored and acknowledged`,
        'a second',
        ours.map((round) => round.storedPerSecond),
      ),
      aimed(
        {
          type: 'faults',
          label: `${who}: events lost, doubled or out of order`,
          value: sum(ours.map(({ idFaults }) => idFaults)),
        },
        'orderFaults',
      ),
      { type: 'count', label: `${who}: viewers cut as too slow`, value: sum(ours.map(({ cuts }) => cuts)) },
      ...(theirs.length === 0
        ? []
        : [
            amount(
              `socket.io + Postgres, ${who}: events stored and shown`,
              'a second',
              theirs.map((round) => round.perSecond),
            ),
            medianRatio(
              `${who}: events stored and shown, against socket.io + Postgres`,
              perSecond,
              theirs.map((round) => round.perSecond),
            ),
            amount(
              `socket.io + Postgres, ${who}: delivered out of order`,
              '%',
              theirs.map(({ outOfOrder, deliveries }) => (outOfOrder / deliveries) * 100),
            ),
          ]),
    ],
    note: `${who}, rate, last round. ${shares.at(-1)}`,
  };
}

async function measureLatency(
  stack: Stack,
  baseline: Socketio | null,
  viewers: number,
  { quick, signal, say }: BenchmarkContext,
): Promise<Measure[]> {
  const who = crowdName(viewers);
  const events = makeEvents(quick ? QUICK_PACED_EVENTS : PACED_EVENTS);
  signal.throwIfAborted();
  const mine = await paceEvents(stack, viewers, events, { together: 1, intervalMs: PACED_INTERVAL_MS });
  signal.throwIfAborted();
  const theirs = await baseline?.round(viewers, events, PACED_INTERVAL_MS);
  say(`${who}: latencies are taken`);
  const name = `${who}, 100 events a second: sent → first viewer has it`;
  return [
    distribution(name, mine.latenciesMs),
    ...(theirs === undefined ? [] : [distribution(`socket.io + Postgres, ${name}`, theirs.latenciesMs)]),
  ];
}

async function measureHeld(
  stack: Stack,
  viewers: number,
  target: Crowd['target'],
  { quick, signal, say }: BenchmarkContext,
): Promise<Measure[]> {
  signal.throwIfAborted();
  const { goal } = TARGETS[target];
  const events = makeEvents(goal * (quick ? QUICK_HELD_SECONDS : HELD_SECONDS));
  const together = Math.round((goal * FRAME_INTERVAL_MS) / 1_000);
  const { latenciesMs, idFaults, cuts } = await paceEvents(stack, viewers, events, {
    together,
    intervalMs: FRAME_INTERVAL_MS,
  });
  const who = `${crowdName(viewers)}, ${goal.toLocaleString('en-US')} events a second held`;
  say(`${who}: done`);
  return [
    distribution(`${who}: sent → first viewer has it`, latenciesMs),
    aimed(
      { type: 'faults', label: `${who}: events lost, doubled or out of order`, value: idFaults },
      'orderFaults',
    ),
    { type: 'count', label: `${who}: viewers cut as too slow`, value: cuts },
  ];
}

const WORDS = 'I will look at the parser first and then at the tests that cover it, one after the other.';

function makeEvents(count: number): RunnerEvent[] {
  return Array.from({ length: count }, (_, seq) => ({
    type: 'claude.text',
    text: JSON.stringify({ seq, words: WORDS }),
    parent: null,
  }));
}
