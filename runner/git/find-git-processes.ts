import { readdir, readFile, readlink } from 'node:fs/promises';

/** `null` where the system has no /proc, so that nobody can be asked. */
export type GitProcessFinder = (folders: readonly string[]) => Promise<number[] | null>;

/** Processes named git whose working folder lies in one of `folders`: the possible owners of lock files there. */
export const findGitProcesses: GitProcessFinder = async (folders) => {
  let entries: string[];
  try {
    entries = await readdir('/proc');
  } catch {
    return null;
  }
  const found: number[] = [];
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const name = (await readFile(`/proc/${entry}/comm`, 'utf8')).trim();
      if (!name.startsWith('git')) continue;
      const cwd = await readlink(`/proc/${entry}/cwd`);
      if (folders.some((folder) => cwd === folder || cwd.startsWith(`${folder}/`))) found.push(Number(entry));
    } catch {
      // It ended meanwhile, or belongs to another user.
    }
  }
  return found;
};
