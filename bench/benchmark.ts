import { z } from 'zod';
import { TARGET_NAMES } from './targets.ts';

/** What a benchmark gets: how thorough to be, when to stop, and where to say how far it is. */
export type BenchmarkContext = {
  /** Fewer samples, for a look in passing. */
  quick: boolean;
  /** Aborted when somebody ends the run, or when the benchmark's time is over. */
  signal: AbortSignal;
  say(line: string): void;
};

const unitSchema = z.enum(['ms', 's', 'calls', 'a second', 'MB', 'kB', '%', 'cores']);
export type Unit = z.infer<typeof unitSchema>;

const distributionSchema = z.object({
  count: z.number(),
  min: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
});

/** The targets that a measure answers; several measures may answer one, and then the worst counts. */
const targets = z.array(z.enum(TARGET_NAMES)).optional();

const measureSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('distribution'),
    label: z.string(),
    unit: unitSchema,
    distribution: distributionSchema,
    samples: z.array(z.number()),
    targets,
  }),
  /** `value` times as much as what the label names after "against". */
  z.object({ type: z.literal('ratio'), label: z.string(), value: z.number(), targets }),
  z.object({ type: z.literal('count'), label: z.string(), value: z.number(), targets }),
  /** One figure; the median where there are `samples`. */
  z.object({
    type: z.literal('amount'),
    label: z.string(),
    unit: unitSchema,
    value: z.number(),
    samples: z.array(z.number()),
    targets,
  }),
  /** A count of things that must never happen; anything but 0 fails the run. */
  z.object({ type: z.literal('faults'), label: z.string(), value: z.number(), targets }),
]);
export type Measure = z.infer<typeof measureSchema>;

export const reportSchema = z.object({
  title: z.string(),
  /** What was compared with what, and what is on the clock. One paragraph an entry. */
  method: z.array(z.string()),
  measures: z.array(measureSchema),
  /** What the figures alone do not say, below the table. */
  notes: z.array(z.string()).optional(),
  /** What keeps the figure from being better, and how that is known. */
  bound: z.string().optional(),
});
export type Report = z.infer<typeof reportSchema>;

export type Benchmark = {
  name: string;
  /** How long it may take in a whole run; beyond it is ended, and the run goes on with the next. */
  limitMs: number;
  /**
   * Where its temporary folder lies: `memory` where making files is what is measured, since a disk's own mood would
   * be most of the figure. Falls back to the disk where there is no room.
   */
  folder?: 'disk' | 'memory';
  run(context: BenchmarkContext): Promise<Report>;
};
