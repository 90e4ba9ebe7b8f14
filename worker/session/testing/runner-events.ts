import type { RunnerEvent } from '../../../protocol/events.ts';
import type { JobOutcome } from '../../../protocol/outcome.ts';
import { NO_USAGE } from '../../../protocol/usage.ts';
import { SHA, TREE } from './make-requests.ts';

export const text = (content: string): RunnerEvent => ({ type: 'claude.text', text: content, parent: null });

export const started: RunnerEvent = {
  type: 'claude.started',
  claudeSessionId: 'claude-1',
  resumed: false,
  model: 'test-model',
  version: '2.0.0',
  sinceAssignMs: 10,
};

export const turnEnded: RunnerEvent = {
  type: 'claude.turn_ended',
  isError: false,
  terminalReason: null,
  text: { text: 'I fixed it.', bytes: 11, cut: false },
  turns: 2,
  durationMs: 1_000,
  usage: { ...NO_USAGE, inputTokens: 100, outputTokens: 20, costUsd: 0.05 },
  model: 'test-model',
};

export const captured: Extract<RunnerEvent, { type: 'work.captured' }> = {
  type: 'work.captured',
  tree: TREE,
  changed: true,
  files: [{ path: 'a.txt', previousPath: null, status: 'modified', insertions: 3, deletions: 1 }],
  filesCut: false,
  insertions: 3,
  deletions: 1,
  patch: { text: '', bytes: 0, cut: false },
};

export const gatesStarted: RunnerEvent = { type: 'gates.started', names: [] };
export const gatesFinished = (passed: boolean): RunnerEvent => ({
  type: 'gates.finished',
  passed,
  results: passed
    ? []
    : [
        {
          name: 'lint',
          required: true,
          passed: false,
          output: { text: '', bytes: 0, cut: false },
          durationMs: 1,
        },
      ],
});
export const pushed = (branch: string): RunnerEvent => ({ type: 'push.done', sha: SHA, branch });
export const finished = (outcome: JobOutcome): RunnerEvent => ({ type: 'job.finished', outcome });
export const published = (branch: string): RunnerEvent =>
  finished({ type: 'published', branch, sha: SHA, tree: TREE });

/** Everything up to the approval of an unhindered job. */
export const UP_TO_APPROVAL: RunnerEvent[] = [
  started,
  turnEnded,
  captured,
  gatesStarted,
  gatesFinished(true),
];
