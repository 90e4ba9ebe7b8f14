import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { clearStaleLocks } from './clear-stale-locks.ts';
import { disarmMirror } from './disarm-mirror.ts';
import { createGitFolder, isGitFolder } from './ensure-git-folder.ts';
import {
  type GitCommand,
  type GitContext,
  type GitRepository,
  inControl,
  inRepository,
} from './git-repository.ts';
import { listRefs, updateRefs } from './refs.ts';
import { salvageRefs } from './salvage-refs.ts';

export type MirrorPlace = {
  dataDir: string;
  /** GitHub's numeric id: it survives renames and transfers. */
  repositoryId: number;
  cloneUrl: string;
};

export type MirrorDeps = { newId: () => string };

/** Mark a mirror that could not be read, before and after its refs were taken over. */
const ASIDE = '.broken-';
const SALVAGED = '.salvaged-';

/** Mirrors that were set aside and wait for somebody to look at them. */
export async function listSetAside(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'mirrors');
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.includes(SALVAGED)).map((name) => join(folder, name));
}

/** Where a mirror and its control folder are. */
export function mirrorPaths(dataDir: string, repositoryId: number): GitRepository {
  return {
    commonDir: join(dataDir, 'mirrors', `${repositoryId}.git`),
    controlDir: join(dataDir, 'control', `${repositoryId}.git`),
  };
}

/** Claude's git reads this: no hooks, no clean-up behind the runner's back, and a name for the server. */
function mirrorSettings(cloneUrl: string): string {
  return [
    '[core]',
    '\thooksPath = /dev/null',
    '\tlogAllRefUpdates = true',
    '[gc]',
    '\tauto = 0',
    '[remote "origin"]',
    `\turl = ${JSON.stringify(cloneUrl)}`,
    '\tfetch = +refs/heads/*:refs/remotes/origin/*',
    '',
  ].join('\n');
}

/**
 * The bare mirror of a repository, made when it is not there and made anew when git no longer takes it for one.
 * Its config is put back to what it has to be: sessions share it, and one must not prepare a trap for another.
 * Call it for one repository at a time. Safe to call again after a crash at any point.
 */
export async function openMirror(
  context: GitContext,
  place: MirrorPlace,
  deps: MirrorDeps,
): Promise<GitRepository> {
  const mirror = mirrorPaths(place.dataDir, place.repositoryId);
  const newControl = !(await isGitFolder(mirror.controlDir));
  if (newControl) await recreateControl(context, mirror, deps);
  if (await isFolder(mirror.commonDir)) await resetSettings(mirror, place.cloneUrl);
  if (!(await isGitFolder(mirror.commonDir))) {
    await setMirrorAside(context, place, deps);
    await createGitFolder(context, mirror.commonDir, { id: deps.newId() });
    await resetSettings(mirror, place.cloneUrl);
  } else if (newControl) {
    await copyTrackingRefs(inRepository(context, mirror), inControl(context, mirror));
  }
  await salvageAside(context, mirror);
  const owners = [join(place.dataDir, 'worktrees')];
  await clearStaleLocks(mirror.commonDir, [mirror.commonDir, ...owners]);
  await clearStaleLocks(mirror.controlDir, [mirror.controlDir, ...owners]);
  return mirror;
}

/**
 * Moves a mirror that can't be read out of the way; the next `openMirror` makes a new one and takes over the branches,
 * checkpoints and worktree links that are still whole. The old folder is kept: it may hold the only copy of something.
 */
export async function setMirrorAside(
  context: GitContext,
  place: MirrorPlace,
  deps: MirrorDeps,
): Promise<void> {
  const mirror = mirrorPaths(place.dataDir, place.repositoryId);
  if (await exists(mirror.commonDir)) {
    await rename(mirror.commonDir, `${mirror.commonDir}${ASIDE}${deps.newId()}`);
  }
  // What it says the server has would keep the next fetch from asking for it.
  await recreateControl(context, mirror, deps);
}

async function recreateControl(context: GitContext, mirror: GitRepository, deps: MirrorDeps): Promise<void> {
  await rm(mirror.controlDir, { recursive: true, force: true });
  await createGitFolder(context, mirror.controlDir, { id: deps.newId() });
}

/** Without them the next fetch would ask for the whole repository again. */
async function copyTrackingRefs(from: GitCommand, to: GitCommand): Promise<void> {
  const refs = await listRefs(from, 'refs/remotes/');
  await updateRefs(
    to,
    [...refs].map(([ref, sha]) => ({ ref, to: sha })),
  );
}

async function salvageAside(context: GitContext, mirror: GitRepository): Promise<void> {
  const folder = dirname(mirror.commonDir);
  const prefix = `${basename(mirror.commonDir)}${ASIDE}`;
  for (const name of await readdir(folder)) {
    const aside = join(folder, name);
    if (!name.startsWith(prefix)) continue;
    await salvageRefs(inControl(context, mirror), aside, mirror);
    await rename(aside, join(folder, name.replace(ASIDE, SALVAGED)));
  }
}

async function resetSettings(mirror: GitRepository, cloneUrl: string): Promise<void> {
  const original = await readFile(join(mirror.controlDir, 'config'), 'utf8');
  const wanted = original + mirrorSettings(cloneUrl);
  const path = join(mirror.commonDir, 'config');
  if ((await readFile(path, 'utf8').catch(() => '')) !== wanted) {
    await writeFile(`${path}.next`, wanted);
    await rename(`${path}.next`, path);
  }
  await disarmMirror(mirror.commonDir);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
