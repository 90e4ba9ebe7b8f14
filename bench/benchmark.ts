import type { DemoWorld } from '../local/demo/demo-world.ts';
import type { Distribution } from './stats/distribution.ts';

/** What a benchmark gets: how thorough to be, when to stop, and where to say how far it is. */
export type BenchmarkContext = {
  /** Fewer samples, for a look in passing. */
  quick: boolean;
  /** Aborted when somebody ends the run. */
  signal: AbortSignal;
  say(line: string): void;
  /** The product as it comes, started at the first call. Benchmarks that need nothing else share it. */
  plainWorld(): Promise<DemoWorld>;
};

export type Measure =
  | {
      type: 'distribution';
      label: string;
      unit: 'ms' | 'calls';
      distribution: Distribution;
      samples: number[];
    }
  /** `value` times as long as what the label names after "against". */
  | { type: 'ratio'; label: string; value: number }
  | { type: 'count'; label: string; value: number }
  /** A count of things that must never happen; anything but 0 fails the run. */
  | { type: 'faults'; label: string; value: number };

export type Report = {
  title: string;
  /** What was compared with what, and what is on the clock. One paragraph an entry. */
  method: string[];
  measures: Measure[];
  /** What the figures alone do not say, below the table. */
  notes?: string[];
};

export type Benchmark = {
  name: string;
  /** `own`: it starts worlds of its own, and nothing else of the product may run then. */
  world: 'plain' | 'own';
  run(context: BenchmarkContext): Promise<Report>;
};
