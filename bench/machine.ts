import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ROOT } from '../local/stack/parts.ts';
import { medianOf } from './stats/distribution.ts';
import { findClaude } from './world/find-claude.ts';

const run = promisify(execFile);

const BYTES_A_GIB = 2 ** 30;

export const machineSchema = z.object({
  cores: z.number(),
  processor: z.string(),
  memoryGib: z.number(),
  platform: z.string(),
  versions: z.object({ node: z.string(), git: z.string(), claudeCode: z.string(), workerd: z.string() }),
  /** The commit that was measured; with `-dirty` when the checkout has changes. */
  commit: z.string(),
});
export type Machine = z.infer<typeof machineSchema>;

/** What the figures were taken on. */
export async function describeMachine(): Promise<Machine> {
  const [git, claude, commit, workerd] = await Promise.all([
    run('git', ['--version']),
    run(findClaude(), ['--version']),
    run('git', ['-C', ROOT, 'describe', '--always', '--dirty', '--abbrev=10']).catch(() => null),
    versionOfPackage('workerd'),
  ]);
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / BYTES_A_GIB),
    platform: `${process.platform} ${process.arch}`,
    versions: {
      node: process.version,
      git: /\d\S*/.exec(git.stdout)?.[0] ?? 'unknown',
      claudeCode: /\d\S*/.exec(claude.stdout)?.[0] ?? 'unknown',
      workerd,
    },
    commit: commit?.stdout.trim() ?? 'unknown',
  };
}

/** What else the machine was busy with at a moment; it is part of the figures. */
export const machineStateSchema = z.object({
  /** Mean number of runnable processes over the last minute. Above the number of cores, figures get worse. */
  loadAverage: z.number(),
  /** Median ms of writing 4 kB and waiting until the disk has it, which every stored event waits for too. */
  diskSyncMs: z.number(),
});
export type MachineState = z.infer<typeof machineStateSchema>;

const SYNCS = 50;
const SYNC_BYTES = 4_096;

export async function stateNow(): Promise<MachineState> {
  const samples = await timeSyncedWrites((count) => count === SYNCS);
  return { loadAverage: loadavg()[0] ?? 0, diskSyncMs: medianOf(samples) };
}

/** How long synced writes of 4 kB take, one after another (ms). @param isEnough is asked after each write */
export async function timeSyncedWrites(
  isEnough: (count: number) => boolean | Promise<boolean>,
): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-disk-'));
  const file = await open(join(folder, 'sync'), 'w');
  try {
    const samples: number[] = [];
    do {
      const startedAtMs = performance.now();
      await file.write(Buffer.alloc(SYNC_BYTES));
      await file.datasync();
      samples.push(performance.now() - startedAtMs);
    } while (!(await isEnough(samples.length)));
    return samples;
  } finally {
    await file.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function versionOfPackage(name: string): Promise<string> {
  const text = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
