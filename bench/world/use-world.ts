import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoWorld, type DemoWorldOptions, startDemoWorld } from '../../local/demo/demo-world.ts';

export const OWNER = 'station-works';
export const REPO = 'bench-station';
export const AUTHOR = 'mona';

/** A source file each: a small repository, yet one whose worktree takes a moment to fill. */
const FILE_COUNT = 300;

const SOURCE_LINE = 'export const line = "A line of an ordinary source file, of ordinary length.";\n';
const LINES_A_FILE = 60;

export const TASK_FILE = 'src/part-0.js';

function repositoryFiles(): Record<string, string> {
  const content = SOURCE_LINE.repeat(LINES_A_FILE);
  const parts = Array.from({ length: FILE_COUNT }, (_, index) => [`src/part-${index}.js`, content] as const);
  return { 'README.md': '# bench-station\n', ...Object.fromEntries(parts) };
}

/** The product with both doubles, in a temporary folder that goes when it is stopped. */
async function startWorld(options: Partial<DemoWorldOptions> = {}): Promise<DemoWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-bench-'));
  const remove = () => rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  try {
    const world = await startDemoWorld({
      dataDir,
      ...options,
      github: {
        owner: { login: OWNER, type: 'Organization' },
        repositories: [{ name: REPO, files: repositoryFiles() }],
        users: [{ login: AUTHOR, permission: 'write' }],
        ...options.github,
      },
    });
    return { ...world, stop: () => world.stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** One world for as long as `use` runs. */
export async function useWorld<T>(
  options: Partial<DemoWorldOptions>,
  use: (world: DemoWorld) => Promise<T>,
): Promise<T> {
  const world = await startWorld(options);
  try {
    return await use(world);
  } finally {
    await world.stop();
  }
}

/** Worlds side by side for as long as `use` runs, in the order of their options. */
export async function useWorlds<T>(
  options: readonly Partial<DemoWorldOptions>[],
  use: (worlds: DemoWorld[]) => Promise<T>,
): Promise<T> {
  const starts = await Promise.allSettled(options.map(startWorld));
  const worlds = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  try {
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    return await use(worlds);
  } finally {
    await Promise.all(worlds.map((world) => world.stop()));
  }
}
