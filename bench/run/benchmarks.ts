import type { Benchmark } from '../benchmark.ts';
import { createSession } from '../jobs/create-session.ts';
import { enqueueToRunner } from '../jobs/enqueue-to-runner.ts';
import { stdoutToViewer } from '../stdout-to-viewer/stdout-to-viewer.ts';
import { webhookToClaude } from '../webhook-to-claude/webhook-to-claude.ts';
import { wholeTask } from '../whole-task/whole-task.ts';

/** In the order in which they are run and shown. */
export const BENCHMARKS: readonly Benchmark[] = [
  wholeTask,
  webhookToClaude,
  enqueueToRunner,
  createSession,
  stdoutToViewer,
];
