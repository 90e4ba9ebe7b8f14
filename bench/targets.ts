/** How a figure is held to its target. `p50` and the like take that percentile of a distribution. */
export type Target = {
  /** The row of the table. */
  what: string;
  pick: 'p50' | 'p95' | 'p99' | 'value';
  better: 'below' | 'above';
  goal: number;
  /** As it is written in the table. */
  unit: 'ms' | '×' | 'a second' | 'kB' | 'sessions' | '';
  /** What others were measured to do on such a machine. */
  others?: string;
};

/** The numbers to hold, in the order of the table. The only home of each. */
export const TARGETS = {
  wholeTaskCaptured: {
    what: 'whole small task against the same `claude -p` by hand: until the work is captured',
    pick: 'value',
    better: 'below',
    goal: 1.05,
    unit: '×',
    others: 'claude-code-action 2.0 ×, 2.8 × at 80 ms to GitHub',
  },
  wholeTaskPublished: {
    what: 'the same, committed and pushed on both sides',
    pick: 'value',
    better: 'below',
    goal: 1.05,
    unit: '×',
  },
  webhookToClaude: {
    what: 'webhook accepted → `claude` started, warm runner',
    pick: 'p50',
    better: 'below',
    goal: 150,
    unit: 'ms',
    others: '306 ms with 7 serial calls, after the Actions set-up',
  },
  webhookToClaudeFar: {
    what: 'the same with GitHub 80 ms away',
    pick: 'p50',
    better: 'below',
    goal: 350,
    unit: 'ms',
    others: '877 ms',
  },
  roundTripsBeforeClaude: {
    what: 'round trips to GitHub in a row before Claude starts',
    pick: 'p50',
    better: 'below',
    goal: 3,
    unit: '',
    others: '7',
  },
  enqueueToRunner: {
    what: 'enqueue → runner has the job',
    pick: 'p50',
    better: 'below',
    goal: 5,
    unit: 'ms',
    others: 'BullMQ + Redis 1.4 ms, Open-Inspect 5.5 ms',
  },
  stdoutToViewerTypical: {
    what: "Claude's stdout → stored → frame at 1 viewer, 100 events a second: p50",
    pick: 'p50',
    better: 'below',
    goal: 3,
    unit: 'ms',
    others: 'from its socket on: Open-Inspect 1.1 ms, bare Durable Object 0.7 ms',
  },
  stdoutToViewerWorst: {
    what: 'the same: p99',
    pick: 'p99',
    better: 'below',
    goal: 15,
    unit: 'ms',
    others: 'from its socket on: Open-Inspect 2.9 ms, bare Durable Object 1.5 ms',
  },
  stdoutOfManySessions: {
    what: 'the same with 50 sessions at once, 1,000 events a second in all: p99',
    pick: 'p99',
    better: 'below',
    goal: 50,
    unit: 'ms',
  },
  stdoutOfManyBusySessions: {
    what: 'the same with 50 sessions at once, 100 events a second each: p99',
    pick: 'p99',
    better: 'below',
    goal: 50,
    unit: 'ms',
  },
  eventsToOneViewer: {
    what: 'events a second through one session, stored and shown: 1 viewer',
    pick: 'value',
    better: 'above',
    goal: 7_500,
    unit: 'a second',
    others: 'Open-Inspect 2,721; socket.io + Postgres 5,771; bare Durable Object 9,930',
  },
  eventsToManyViewers: {
    what: 'the same: 100 viewers',
    pick: 'value',
    better: 'above',
    goal: 5_000,
    unit: 'a second',
    others: 'Open-Inspect 340; socket.io + Postgres 1,254; bare Durable Object 6,230',
  },
  orderFaults: {
    what: 'events out of order, lost or doubled, in every benchmark that counts them',
    pick: 'value',
    better: 'below',
    goal: 0,
    unit: '',
    others: 'Open-Inspect loses 20 in 1 of 3 kills; socket.io + Postgres delivers 10 to 31 % out of order',
  },
  createSession: {
    what: 'create a session',
    pick: 'p95',
    better: 'below',
    goal: 10,
    unit: 'ms',
    others: 'Open-Inspect 40 ms, Express + Postgres 0.8 ms',
  },
  apiReads: {
    what: 'API reads with 100,000 sessions and 10 million tool calls (the slowest kind of read)',
    pick: 'p95',
    better: 'below',
    goal: 20,
    unit: 'ms',
    others: 'Express + Postgres 1.6 to 9.5 ms at 10,000',
  },
  exportMemory: {
    what: "export of a million rows: what the Worker's process grows by, against that of 100,000 rows",
    pick: 'value',
    better: 'below',
    goal: 2,
    unit: '×',
  },
  hookAnswer: {
    what: "a hook of a developer's own Claude Code → answered",
    pick: 'p95',
    better: 'below',
    goal: 100,
    unit: 'ms',
  },
  worktreeFromPool: {
    what: 'worktree ready, 27,000 files, from the pool',
    pick: 'p50',
    better: 'below',
    goal: 150,
    unit: 'ms',
    others: 'actions/checkout 1,975 ms, `git worktree add` 945 ms',
  },
  worktreeWithoutPool: {
    what: 'the same without the pool, against `git worktree add` with `checkout.workers`',
    pick: 'value',
    better: 'below',
    goal: 1.1,
    unit: '×',
  },
  claudesAtOnce: {
    what: 'Claude sessions at once on a runner with 2 cores, every one answered',
    pick: 'value',
    better: 'above',
    goal: 50,
    unit: 'sessions',
    others: 'all at once: first question after 24 s',
  },
  pageScript: {
    what: 'page: compressed script',
    pick: 'value',
    better: 'below',
    goal: 60,
    unit: 'kB',
  },
  pageScrolling: {
    what: 'page: a frame while 100,000 events are scrolled, p95',
    pick: 'p95',
    better: 'below',
    goal: 33.4,
    unit: 'ms',
  },
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof TARGETS;

const names = Object.keys(TARGETS) as [TargetName, ...TargetName[]];
/** In the order of the table. */
export const TARGET_NAMES = names;
