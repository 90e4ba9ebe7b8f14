import type { Logger } from 'pino';
import type { DiskUse } from '../../protocol/control-socket.ts';
import { cleanKeptTexts } from '../job/clean-kept-texts.ts';
import { isOverBound } from '../workspace/disk-use.ts';
import type { Workspaces } from '../workspace/open-workspaces.ts';
import { sweepParked } from './recover-jobs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Sessions whose conversation went on after a weekend or a holiday find their worktree still there. */
const MAX_AGE_MS = 14 * DAY_MS;

/** Whole texts of what the log has cut: of use while somebody may still ask, and never worth more than a worktree. */
const KEPT_TEXTS = { maxAgeMs: MAX_AGE_MS, maxTotalBytes: 2_000_000_000 };

/** A folder over its bound takes no new sessions: somebody who has made room does not wait an hour for work. */
const OVER_BOUND_CHECK_MS = 5 * MINUTE_MS;

export type CleaningDeps = {
  workspaces: Workspaces;
  dataDir: string;
  log: Logger;
  maxDiskBytes: number;
  /** How the disk stands, each time it was looked at. */
  onLooked: (use: DiskUse) => void;
};

/**
 * Removes what nobody needs, as far as nothing can be lost, names what a person must look at, and packs mirrors that
 * no job uses. At the start and then every hour.
 */
export function cleanUpRegularly(deps: CleaningDeps): () => void {
  const { workspaces, dataDir, log, maxDiskBytes, onLooked } = deps;
  const limits = { maxAgeMs: MAX_AGE_MS, maxTotalBytes: maxDiskBytes, minIdleMs: HOUR_MS };
  let timer: NodeJS.Timeout | null = null;
  let hasStopped = false;
  const cleanUp = async (): Promise<void> => {
    let isOver = false;
    try {
      sweepParked(dataDir, Date.now(), log);
      await cleanKeptTexts(dataDir, KEPT_TEXTS, Date.now());
      const report = await workspaces.cleanUp(limits);
      const { use, ...done } = report;
      isOver = isOverBound(use);
      log.info({ ...done, use: { ...use, heldBack: use.heldBack.length } }, 'runner.cleaned_up');
      if (isOver) log.warn({ ...use }, 'runner.disk_over_bound');
      onLooked(use);
      const tended = await workspaces.tend();
      if (tended.length > 0) log.info({ tended }, 'runner.mirrors_packed');
    } catch (error) {
      log.error({ err: error }, 'runner.clean_up_failed');
    }
    if (hasStopped) return;
    timer = setTimeout(() => void cleanUp(), isOver ? OVER_BOUND_CHECK_MS : HOUR_MS);
    timer.unref();
  };
  void cleanUp();
  return () => {
    hasStopped = true;
    if (timer !== null) clearTimeout(timer);
  };
}
