import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, realpath, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { type BenchmarkResult, benchmarkResultSchema } from '../report/run-record.ts';
import { endLeftovers } from './end-leftovers.ts';

/** A benchmark that is told to end stops its worlds in order; a runner alone may take 20 s for it. */
const END_GRACE_MS = 40_000;

/** A file system in memory, and what a benchmark may need of it. */
const MEMORY_FOLDER = '/dev/shm';
const MEMORY_BYTES = 6_000_000_000;

export type RunOptions = Pick<Benchmark, 'name' | 'limitMs' | 'folder'> & {
  quick: boolean;
  signal: AbortSignal;
  /** Folders that are to be removed when the whole run is over. */
  used: string[];
};

/**
 * Runs one benchmark in a process and a temporary folder of its own: whatever becomes of it, the others are not
 * touched, and nothing of it is left running. Never rejects.
 */
export async function runBenchmark(options: RunOptions): Promise<BenchmarkResult> {
  const { name, quick, limitMs, signal, used } = options;
  const startedAt = performance.now();
  const folder = await realpath(await mkdtemp(join(await baseFolder(options.folder), 'sb-')));
  // Postgres runs as another user and must reach its own folder in there.
  await chmod(folder, 0o711);
  const child = fork(
    join(import.meta.dirname, 'benchmark-process.ts'),
    [name, ...(quick ? ['--quick'] : [])],
    {
      env: { ...process.env, TMPDIR: folder },
      // Large results go by message; what is printed is seen at once.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  let result: BenchmarkResult | null = null;
  child.on('message', (message) => {
    result = benchmarkResultSchema.parse(message);
  });
  let why = '';
  let force: NodeJS.Timeout | undefined;
  const end = (reason: string) => {
    why ||= reason;
    child.kill('SIGTERM');
    force ??= setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS);
  };
  const onAbort = () => end('The run was ended.');
  const limit = setTimeout(() => end(`It was not done after ${limitMs / 1_000} s.`), limitMs);
  signal.addEventListener('abort', onAbort, { once: true });
  const [code, killedBy] = await once(child, 'exit');
  clearTimeout(limit);
  clearTimeout(force);
  signal.removeEventListener('abort', onAbort);
  const left = await endLeftovers(folder);
  if (left > 0) console.error(`  ${name} left ${left} processes behind; they were ended.`);
  if (folder.startsWith(MEMORY_FOLDER)) await removeFolder(folder);
  else used.push(folder);
  const tookMs = Math.round(performance.now() - startedAt);
  const message = why || `Its process ended with ${killedBy ?? code} and no result.`;
  return result ?? { status: 'failed', name, tookMs, message };
}

/**
 * Not between two benchmarks: for minutes after files were removed, ext4 looks at each of their inodes whenever a file
 * is made, and a new session makes several.
 */
export async function removeFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await removeFolder(folder);
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }).catch(() => {});
}

async function baseFolder(want: Benchmark['folder']): Promise<string> {
  if (want !== 'memory') return tmpdir();
  const room = await statfs(MEMORY_FOLDER).catch(() => null);
  return room !== null && room.bavail * room.bsize > MEMORY_BYTES ? MEMORY_FOLDER : tmpdir();
}
