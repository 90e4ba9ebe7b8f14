import { execFile } from 'node:child_process';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Room for the mirrors and worktrees of a long run. */
const DISK_BYTES = 1_500_000_000;

export type MachineFolder = {
  path: string;
  /** Null where this user may not mount: then the disk can't be filled or made read-only. */
  disk: { fill(): Promise<void>; makeRoom(): Promise<void>; readOnly(on: boolean): Promise<boolean> } | null;
  unmount(): Promise<void>;
};

/** A runner's data folder, on a small disk of its own (tmpfs) where that is allowed. */
export async function mountFolder(path: string): Promise<MachineFolder> {
  await mkdir(path, { recursive: true });
  const mounted = await succeeds('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${DISK_BYTES},mode=700`,
    'tmpfs',
    path,
  ]);
  if (!mounted) return { path, disk: null, unmount: async () => {} };
  const filler = join(path, 'filler');
  return {
    path,
    disk: {
      async fill() {
        const { bavail, bsize } = await statfs(path);
        await run('fallocate', ['-l', String(bavail * bsize), filler]).catch(() => {});
      },
      makeRoom: () => rm(filler, { force: true }),
      /** Refused while a file in it is open for writing. */
      readOnly: (on) => succeeds('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, path]),
    },
    // Lazily: what a killed process left open must not keep the run from ending.
    unmount: () => succeeds('umount', ['-l', path]).then(() => {}),
  };
}

function succeeds(command: string, args: string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  );
}
