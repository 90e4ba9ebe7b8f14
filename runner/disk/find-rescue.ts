import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { splitTaskId, type TaskId } from '../../protocol/ids.ts';
import type { HostEnvironment } from '../git/git-environment.ts';
import { GitFailedError } from '../git/git-failed-error.ts';
import { inRepository } from '../git/git-repository.ts';
import { rescueRef } from '../git/keep-state.ts';
import { readRef } from '../git/refs.ts';
import { readRecord } from '../workspace/workspace-record.ts';

export type FoundRescue = { ref: string; sha: string; gitDir: string };

/** Looks for a task's rescue in every git folder of the runner. A running runner is not disturbed: it only reads. */
export async function findRescue(
  dataDir: string,
  taskId: TaskId,
  host: HostEnvironment,
): Promise<FoundRescue | null> {
  const task = splitTaskId(taskId);
  const ref = rescueRef(task);
  const record = await readRecord(dataDir, task.sessionId);
  const folders = record === null ? [] : [record.commonDir];
  for (const parent of ['mirrors', 'control']) {
    const names = await readdir(join(dataDir, parent)).catch(() => []);
    folders.push(...names.map((name) => join(dataDir, parent, name)));
  }
  for (const gitDir of new Set(folders)) {
    const sha = await readRefIn(gitDir, ref, host);
    if (sha !== null) return { ref, sha, gitDir };
  }
  return null;
}

async function readRefIn(gitDir: string, ref: string, host: HostEnvironment): Promise<string | null> {
  try {
    return await readRef(inRepository({ host }, { commonDir: gitDir, controlDir: gitDir }), ref);
  } catch (error) {
    // A mirror that was set aside, perhaps: the next one may have it.
    if (error instanceof GitFailedError) return null;
    throw error;
  }
}

/** What `signalbox-runner rescue` prints: where the work is, and the commands that show and fetch it. */
export function rescueLines(found: FoundRescue | null, taskId: TaskId, dataDir: string): string[] {
  if (found === null) return [`Nothing of task ${taskId} is kept under ${dataDir}. Is it on another runner?`];
  const { ref, sha, gitDir } = found;
  return [
    `The work of task ${taskId} is kept as ${sha}`,
    `under ${ref}`,
    `in ${gitDir}`,
    '',
    'To see what changed:',
    `  git --git-dir='${gitDir}' show --stat --first-parent ${ref}`,
    'To have it as a branch in a clone of yours:',
    `  git fetch '${gitDir}' ${ref}:refs/heads/rescued-${sha.slice(0, 8)}`,
  ];
}
