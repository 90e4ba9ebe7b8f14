import { apiReads } from '../api-reads/api-reads.ts';
import type { Benchmark } from '../benchmark.ts';
import { dispatch } from '../dispatch/dispatch.ts';
import { exportRows } from '../exports/exports.ts';
import { fiftyClaudes } from '../fifty-claudes/fifty-claudes.ts';
import { hooks } from '../hooks/hooks.ts';
import { idleCrowd } from '../idle-crowd/idle-crowd.ts';
import { createSession } from '../jobs/create-session.ts';
import { enqueueToRunner } from '../jobs/enqueue-to-runner.ts';
import { pageScrolling } from '../page-scrolling/page-scrolling.ts';
import { recoveryTime } from '../recovery-time/recovery-time.ts';
import { sandboxCost } from '../sandbox-cost/sandbox-cost.ts';
import { sessionLog } from '../session-log/session-log.ts';
import { stdoutToViewer } from '../stdout-to-viewer/stdout-to-viewer.ts';
import { webhookToClaude } from '../webhook-to-claude/webhook-to-claude.ts';
import { wholeTask } from '../whole-task/whole-task.ts';
import { worktreePool } from '../worktree-pool/worktree-pool.ts';

/** In the order in which they are run and shown. */
export const BENCHMARKS: readonly Benchmark[] = [
  wholeTask,
  webhookToClaude,
  worktreePool,
  enqueueToRunner,
  dispatch,
  createSession,
  apiReads,
  exportRows,
  hooks,
  stdoutToViewer,
  sessionLog,
  idleCrowd,
  fiftyClaudes,
  recoveryTime,
  sandboxCost,
  pageScrolling,
];
