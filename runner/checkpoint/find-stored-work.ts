import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResumePoint } from '../../protocol/checkpoint.ts';
import type { Job } from '../../protocol/job.ts';
import { downloadCheckpoint, requestResumePoint } from '../http/checkpoint-api.ts';
import type { JobApiDeps } from '../http/git-token.ts';
import type { StoredWork } from '../workspace/restore-stored.ts';
import type { SessionWorkspace } from '../workspace/workspace-types.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';
import { chooseStart, isNewestHere, lastAttempt } from './choose-start.ts';
import { splitBundles } from './split-bundles.ts';

type Elsewhere = {
  status: 'elsewhere';
  point: ResumePoint;
  stored: StoredWork | null;
  /** Why there is no stored state, where there should be one. */
  trouble: string | null;
  /** Removes what was fetched. */
  clear: () => Promise<void>;
};

export type Found =
  /** This machine has the newest state, or there is none yet. */
  | { status: 'here' }
  /** Somebody else has worked in the session since; `stored` is to be continued, or there is nothing to continue. */
  | Elsewhere
  /** It is not known how things stand, so nothing may be begun. */
  | { status: 'unknown'; message: string };

export type FindDeps = {
  api: JobApiDeps;
  keeper: CheckpointKeeper;
  job: Job;
  epoch: number;
};

/**
 * Finds out from what a job goes on. Costs nothing where the session begins or was here last; else one question, and
 * the stored state where it is newer than what is here.
 */
export async function findStoredWork(deps: FindDeps, workspace: SessionWorkspace): Promise<Found> {
  const { job, epoch, api } = deps;
  const { lineage } = workspace;
  // A plain folder is the same for everybody who has it.
  if (job.workspace.type === 'local') return { status: 'here' };
  if (isNewestHere(lastAttempt(job, epoch), lineage)) return { status: 'here' };
  const asked = await requestResumePoint(api);
  if (asked.status !== 'ok') return { status: 'unknown', message: asked.message };
  const { point } = asked;
  const nothing: Elsewhere = {
    status: 'elsewhere',
    point,
    stored: null,
    trouble: null,
    clear: async () => {},
  };
  return chooseStart(point.checkpoint, lineage) === 'here' ? nothing : fetchStored(deps, workspace, nothing);
}

async function fetchStored(
  { keeper, api }: FindDeps,
  workspace: SessionWorkspace,
  nothing: Elsewhere,
): Promise<Found> {
  const bundle = join(keeper.folder, `${keeper.deps.newId()}.bundle`);
  const files = [bundle];
  const clear = async (): Promise<void> => {
    await Promise.all(files.map((file) => rm(file, { force: true })));
  };
  const fetched = await downloadCheckpoint(api, bundle);
  if (fetched.status !== 'ok') {
    await clear();
    return { ...nothing, trouble: fetched.message };
  }
  const { checkpoint } = fetched;
  const { cwd, claudeSessionId } = checkpoint;
  const { sides, transcript } = await splitBundles(checkpoint, bundle);
  files.push(transcript, ...sides.map((side) => side.bundle));
  const settle = async (): Promise<void> => {
    if (claudeSessionId === null) return;
    const to = { cwd: workspace.path, claudeSessionId };
    await keeper.deps.transcripts.put(to, { file: transcript, cwd });
  };
  return { ...nothing, stored: { checkpoint, bundle, settle, sides }, clear };
}
