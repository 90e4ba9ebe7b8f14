import type { FaultKind } from './fault-kinds.ts';
import { FAULT_WEIGHTS } from './fault-kinds.ts';
import type { Random } from './random.ts';
import { randomOf } from './random.ts';

/** Where a session works, and by which door it came. */
export type Door = 'mention' | 'api_github' | 'api_worktree' | 'api_local';

/** How the stand-in for Claude takes its turn. */
export type Behaviour = 'plain' | 'hang_before' | 'hang_after' | 'grandchild';

export type FollowUp = {
  /** After the session was asked for. */
  afterMs: number;
  what: 'message' | 'cancel' | 'stop' | 'second_viewer';
};

export type SessionPlan = {
  type: 'session';
  atMs: number;
  /** Names the request in everything that comes of it. */
  nonce: string;
  door: Door;
  /** The real Claude Code CLI against the scripted model, rather than the stand-in. */
  real: boolean;
  script: { lines: number; everyMs: number; tool: boolean; behaviour: Behaviour };
  /** The viewer drops its socket and comes back this often; null: never of its own accord. */
  viewerDropsEveryMs: number | null;
  followUps: FollowUp[];
};

export type FaultPlan = {
  type: 'fault';
  atMs: number;
  id: string;
  kind: FaultKind;
  /** From 0 to 1: which of those that are there at that moment it meets. */
  pick: number;
  /** How long it lasts, where it lasts. */
  durationMs: number;
  /** From 0 to 1: which form of the fault. */
  variant: number;
};

export type RoundPlan = { index: number; lengthMs: number; actions: (FaultPlan | SessionPlan)[] };

export type PlanOptions = {
  seed: number;
  /** Faults in a round. */
  faults: number;
  faultsASecond: number;
  /** Few enough that most tasks get through. */
  faultsASession: number;
  kinds: readonly FaultKind[];
  /** Share of sessions that run the real CLI. */
  realShare: number;
};

const DOORS: Readonly<Record<Door, number>> = {
  mention: 28,
  api_github: 27,
  api_worktree: 25,
  api_local: 20,
};

const CLAUDE_BEHAVIOURS: Partial<Record<FaultKind, Behaviour>> = {
  claude_hang_before_result: 'hang_before',
  claude_hang_after_result: 'hang_after',
  claude_grandchild: 'grandchild',
};

/** What happens in a round and when: the same for the same options and index, whatever happened before. */
export function planRound(options: PlanOptions, index: number): RoundPlan {
  const random = randomOf(options.seed, index);
  const lengthMs = Math.ceil((options.faults / options.faultsASecond) * 1_000);
  const weights = weightsOf(options.kinds);
  const name = (kind: string, number: number) => `${kind}${index}x${number}`;
  const faults = Array.from({ length: options.faults }, (_, number) =>
    planFault(random, name('f', number), random.weighted(weights), lengthMs),
  );
  const ordinary = Math.max(4, Math.ceil(options.faults / options.faultsASession));
  const sessions = Array.from({ length: ordinary }, (_, number) =>
    // The first are there when the first faults come.
    planSession(random, name('s', number), random.int(0, Math.ceil(lengthMs * 0.9)), options.realShare),
  );
  // Each fault in Claude's own behaviour is a session whose Claude behaves so. One that hangs in its turn hears no
  // message: what it did not hear would begin a task of its own, which hangs for as long as tasks may take.
  const misbehaving = faults.flatMap((fault, number) => {
    const behaviour = CLAUDE_BEHAVIOURS[fault.kind];
    if (behaviour === undefined) return [];
    const session = planSession(random, name('m', number), fault.atMs, 0);
    const followUps =
      behaviour === 'hang_before'
        ? session.followUps.filter(({ what }) => what !== 'message')
        : session.followUps;
    return [{ ...session, real: false, script: { ...session.script, behaviour }, followUps }];
  });
  const actions = [...faults, ...sessions, ...misbehaving].toSorted((a, b) => a.atMs - b.atMs);
  return { index, lengthMs, actions };
}

function weightsOf(kinds: readonly FaultKind[]): Record<FaultKind, number> {
  const weights = { ...FAULT_WEIGHTS };
  for (const kind of Object.keys(weights) as FaultKind[]) if (!kinds.includes(kind)) weights[kind] = 0;
  return weights;
}

function planFault(random: Random, id: string, kind: FaultKind, lengthMs: number): FaultPlan {
  const [least, most] = DURATIONS_MS[kind] ?? [0, 0];
  return {
    type: 'fault',
    atMs: random.int(0, lengthMs),
    id,
    kind,
    pick: random.share(),
    durationMs: random.int(least, most),
    variant: random.share(),
  };
}

/** For how long; a kind that is not named is over at once. Now and then longer than a lease (30 s). */
const DURATIONS_MS: Partial<Record<FaultKind, readonly [number, number]>> = {
  socket_slow: [200, 4_000],
  socket_refuse: [200, 3_000],
  socket_reorder: [500, 1_500],
  socket_black_hole: [1_000, 35_000],
  webhook_late: [300, 4_000],
  libsql_refuse: [100, 3_000],
  libsql_slow: [100, 3_000],
  libsql_mid_batch: [100, 2_000],
  libsql_answer_lost: [100, 2_000],
  runner_kill: [0, 6_000],
  runner_term: [0, 4_000],
  worker_kill: [0, 3_000],
  runner_twin: [500, 5_000],
  clock_jump: [1_000, 20_000],
  disk_full: [500, 6_000],
  disk_read_only: [500, 4_000],
};

function planSession(random: Random, nonce: string, atMs: number, realShare: number): SessionPlan {
  const real = random.share() < realShare;
  const door = real ? random.pick<Door>(['mention', 'api_worktree']) : random.weighted(DOORS);
  const everyMs = random.int(40, 400);
  return {
    type: 'session',
    atMs,
    nonce,
    door,
    real,
    script: { lines: random.int(5, 40), everyMs, tool: random.share() < 0.6, behaviour: 'plain' },
    viewerDropsEveryMs: random.share() < 0.5 ? random.int(300, 5_000) : null,
    followUps: planFollowUps(random),
  };
}

function planFollowUps(random: Random): FollowUp[] {
  const chances = { message: 0.25, second_viewer: 0.15, cancel: 0.06, stop: 0.06 } as const;
  return (Object.keys(chances) as (keyof typeof chances)[]).flatMap((what) => {
    const happens = random.share() < chances[what];
    const afterMs = random.int(300, 15_000);
    return happens ? [{ what, afterMs }] : [];
  });
}
