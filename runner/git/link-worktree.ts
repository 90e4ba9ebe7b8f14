import { lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { succeeded } from './git-failed-error.ts';
import type { GitCommand } from './git-repository.ts';
import { branchRef, objectId } from './refs.ts';

export type WorktreePlace = {
  /** The mirror, or the `.git` folder of a local repository. */
  commonDir: string;
  /** The folder of the files. It exists and may hold files already. */
  folder: string;
  /** Names the worktree inside `commonDir`: one session, one name, so nobody else's link is ever met. */
  sessionId: string;
};

/** Where git keeps HEAD and index of the worktree. */
export function adminDir(place: WorktreePlace): string {
  return join(place.commonDir, 'worktrees', place.sessionId);
}

/** Whether git's half of the link is whole: the folder's half (`.git`) can be written again from it. */
export async function isLinked(place: WorktreePlace): Promise<boolean> {
  const admin = adminDir(place);
  const read = (name: string): Promise<string | null> =>
    readFile(join(admin, name), 'utf8').catch(() => null);
  const [back, head, common] = await Promise.all([read('gitdir'), read('HEAD'), read('commondir')]);
  const whole = head !== null && common !== null && resolve(admin, common.trim()) === place.commonDir;
  return whole && back?.trim() === join(place.folder, '.git');
}

/**
 * Links the folder to the repository as a worktree on `branch`, with no file checked out. A branch that exists is
 * continued where it is; a new one starts at `startPoint`. `git worktree add` wants an empty folder, and this one may
 * be in use already, so the link is made beside it and moved in, as one moves a worktree by hand
 * (gitrepository-layout: `worktrees/<id>/gitdir`).
 *
 * @throws GitFailedError, also when the branch is checked out somewhere else
 */
export async function linkWorktree(
  git: GitCommand,
  place: WorktreePlace,
  branch: { name: string; exists: boolean; startPoint: string },
): Promise<void> {
  const making = join(dirname(dirname(place.folder)), `.link-${place.sessionId}`, place.sessionId);
  await rm(making, { recursive: true, force: true });
  await rm(adminDir(place), { recursive: true, force: true });
  await mkdir(dirname(making), { recursive: true });
  branchRef(branch.name);
  const start = branch.exists
    ? [making, branch.name]
    : ['--no-track', '-b', branch.name, making, objectId(branch.startPoint)];
  succeeded(await git(['worktree', 'add', '--quiet', '--no-checkout', ...start]));
  await moveForeignGit(place);
  await rename(join(making, '.git'), join(place.folder, '.git'));
  await writeWhole(join(adminDir(place), 'gitdir'), `${join(place.folder, '.git')}\n`);
  await rm(dirname(making), { recursive: true, force: true });
}

/** Puts the folder's half of the link back when it is missing or was changed. */
export async function repairLink(place: WorktreePlace): Promise<void> {
  const path = join(place.folder, '.git');
  const wanted = `gitdir: ${adminDir(place)}\n`;
  if ((await readFile(path, 'utf8').catch(() => null)) === wanted) return;
  await moveForeignGit(place);
  await writeWhole(path, wanted);
}

/** A `.git` folder that somebody made in the worktree is kept beside it: it may hold commits. */
async function moveForeignGit(place: WorktreePlace): Promise<void> {
  const path = join(place.folder, '.git');
  const info = await lstat(path).catch(() => null);
  if (info?.isDirectory()) await rename(path, await freeName(join(dirname(place.folder), 'replaced-git')));
}

async function freeName(base: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = `${base}-${number}`;
    if ((await lstat(name).catch(() => null)) === null) return name;
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  // Made anew and exclusively: a link that somebody put there would be written through.
  await rm(`${path}.next`, { recursive: true, force: true });
  await writeFile(`${path}.next`, text, { flag: 'wx' });
  await rename(`${path}.next`, path);
}

/** States of an unfinished merge or rebase; they don't belong to what the runner commits or restores. */
const UNFINISHED = ['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'AUTO_MERGE'];
const UNFINISHED_FOLDERS = ['rebase-merge', 'rebase-apply', 'sequencer'];

/** A link in the place of a file is none of git's making. */
async function plainText(path: string): Promise<string | null> {
  const info = await lstat(path).catch(() => null);
  return info?.isFile() === true ? readFile(path, 'utf8').catch(() => null) : null;
}

/** Makes HEAD of the worktree follow its branch, whatever was checked out there meanwhile. */
export async function attachHead(git: GitCommand, place: WorktreePlace, branch: string): Promise<void> {
  const admin = adminDir(place);
  const wanted = branchRef(branch);
  // What git itself writes (gitrepository-layout: HEAD is a symref or an object id); anything else is set anew.
  if ((await plainText(join(admin, 'HEAD'))) !== `ref: ${wanted}\n`) {
    // The file that names the repository lies where Claude's git writes.
    const env = { GIT_DIR: admin, GIT_COMMON_DIR: place.commonDir };
    const attached = await git(['symbolic-ref', 'HEAD', wanted], { env });
    // With a HEAD that is none, git takes the folder for no repository's.
    if (!attached.ok) await writeWhole(join(admin, 'HEAD'), `ref: ${wanted}\n`);
  }
  await Promise.all(
    [...UNFINISHED, ...UNFINISHED_FOLDERS].map((name) =>
      rm(join(admin, name), { recursive: true, force: true }),
    ),
  );
}
