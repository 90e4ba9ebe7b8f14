import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../local/stack/parts.ts';
import type { Report } from '../benchmark.ts';
import type { Machine, MachineState } from '../machine.ts';

export type MeasuredBenchmark = Report & {
  name: string;
  tookMs: number;
  before: MachineState;
  after: MachineState;
};

/** One run of the benchmarks as it is kept. */
export type RunRecord = {
  /** ISO 8601, UTC. */
  startedAt: string;
  quick: boolean;
  machine: Machine;
  benchmarks: MeasuredBenchmark[];
};

/** Writes `bench/results/<date>.json`, a file a run, and returns its path. */
export async function saveRun(run: RunRecord): Promise<string> {
  const folder = join(ROOT, 'bench', 'results');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${run.startedAt.replaceAll(':', '-')}.json`);
  await writeFile(file, `${JSON.stringify(run, null, 1)}\n`);
  return file;
}
