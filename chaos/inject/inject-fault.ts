import type { FaultKind } from '../plan/fault-kinds.ts';
import type { FaultPlan } from '../plan/plan-round.ts';
import { github500, github502, githubAnswerLost, githubHang, githubRateLimit } from './break-github.ts';
import { failRecordMidBatch, loseRecordAnswers, refuseRecord, slowRecord } from './break-record.ts';
import {
  blackHole,
  cutSocket,
  halveSocket,
  refuseSockets,
  reorderSockets,
  slowSockets,
} from './break-sockets.ts';
import { webhookAgain, webhookAnswerLost, webhookLate, webhookLost, webhookTwice } from './break-webhooks.ts';
import { evictObject, killClaude, killRunner, killWorker, termRunner } from './end-processes.ts';
import type { InjectDeps, Injection, Injector } from './injection.ts';
import { fillDisk, jumpClock, makeReadOnly, startInSameFolder, startTwin } from './meddle-with-machines.ts';

/** Its session is planned beside it (`m` for `f`); it struck when Claude worked in that session. */
const misbehave: Injector = ({ id }, { runs }) => ({
  status: 'later',
  struck: () => {
    const run = runs().find(({ plan }) => plan.nonce === id.replace(/^f/, 'm'));
    return run?.viewers[0]?.events().some(({ event }) => event.type === 'claude.started') ?? false;
  },
});

const INJECTORS: Readonly<Record<FaultKind, Injector>> = {
  socket_cut: cutSocket,
  socket_half_open: halveSocket,
  socket_slow: slowSockets,
  socket_reorder: reorderSockets,
  socket_refuse: refuseSockets,
  socket_black_hole: blackHole,
  webhook_twice: webhookTwice,
  webhook_late: webhookLate,
  webhook_answer_lost: webhookAnswerLost,
  webhook_lost: webhookLost,
  webhook_again: webhookAgain,
  github_500: github500,
  github_502: github502,
  github_rate_limit: githubRateLimit,
  github_answer_lost: githubAnswerLost,
  github_hang: githubHang,
  libsql_refuse: refuseRecord,
  libsql_slow: slowRecord,
  libsql_mid_batch: failRecordMidBatch,
  libsql_answer_lost: loseRecordAnswers,
  runner_kill: killRunner,
  runner_term: termRunner,
  worker_kill: killWorker,
  object_evict: evictObject,
  runner_twin: startTwin,
  runner_same_folder: startInSameFolder,
  clock_jump: jumpClock,
  disk_full: fillDisk,
  disk_read_only: makeReadOnly,
  claude_kill: killClaude,
  claude_hang_before_result: misbehave,
  claude_hang_after_result: misbehave,
  claude_grandchild: misbehave,
};

export async function injectFault(fault: FaultPlan, deps: InjectDeps): Promise<Injection> {
  return INJECTORS[fault.kind](fault, deps);
}
