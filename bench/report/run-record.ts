import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../../local/stack/parts.ts';
import { reportSchema } from '../benchmark.ts';
import { machineSchema, machineStateSchema } from '../machine.ts';

const measuredSchema = reportSchema.extend({
  status: z.literal('measured'),
  name: z.string(),
  tookMs: z.number(),
  before: machineStateSchema,
  after: machineStateSchema,
});
export type MeasuredBenchmark = z.infer<typeof measuredSchema>;

export const benchmarkResultSchema = z.discriminatedUnion('status', [
  measuredSchema,
  /** It threw, hung or crashed; the others of the run stand. */
  z.object({ status: z.literal('failed'), name: z.string(), tookMs: z.number(), message: z.string() }),
]);
export type BenchmarkResult = z.infer<typeof benchmarkResultSchema>;

const runRecordSchema = z.object({
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  quick: z.boolean(),
  machine: machineSchema,
  benchmarks: z.array(benchmarkResultSchema),
});
/** One run of the benchmarks as it is kept. */
export type RunRecord = z.infer<typeof runRecordSchema>;

const FOLDER = join(ROOT, 'bench', 'results');

/** Writes `bench/results/<date>.json`, a file a run, in place of an earlier state of it. Returns its path. */
export async function saveRun(run: RunRecord, folder = FOLDER): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${run.startedAt.replaceAll(':', '-')}.json`);
  await writeFile(`${file}.part`, `${JSON.stringify(run, null, 1)}\n`);
  await rename(`${file}.part`, file);
  return file;
}

/** The latest run that is kept; null when there is none, or none in today's shape. */
export async function readLastRun(folder = FOLDER): Promise<RunRecord | null> {
  const names = await readdir(folder).catch(() => []);
  const last = names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .at(-1);
  if (last === undefined) return null;
  return runRecordSchema.safeParse(JSON.parse(await readFile(join(folder, last), 'utf8'))).data ?? null;
}
