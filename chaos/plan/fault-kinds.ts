/** Every way in which the harness breaks things. The comment says what is broken, the README how. */
export const FAULT_KINDS = [
  // Sockets between runners, viewers and the Worker.
  'socket_cut',
  'socket_half_open',
  'socket_slow',
  'socket_reorder',
  'socket_refuse',
  'socket_black_hole',
  // Webhook deliveries.
  'webhook_twice',
  'webhook_late',
  'webhook_answer_lost',
  'webhook_lost',
  'webhook_again',
  // GitHub.
  'github_500',
  'github_502',
  'github_rate_limit',
  'github_answer_lost',
  'github_hang',
  // The record.
  'libsql_refuse',
  'libsql_slow',
  'libsql_mid_batch',
  'libsql_answer_lost',
  // Processes.
  'runner_kill',
  'runner_term',
  'worker_kill',
  'object_evict',
  'runner_twin',
  'runner_same_folder',
  'clock_jump',
  'disk_full',
  'disk_read_only',
  // Claude.
  'claude_kill',
  'claude_hang_before_result',
  'claude_hang_after_result',
  'claude_grandchild',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/**
 * How often each comes. What costs little (a cut, a refused request) is frequent; what ends a process, or takes a
 * lease's 30 s to show, is rare, so that tasks still get anywhere and ten thousand faults fit into an hour.
 */
export const FAULT_WEIGHTS: Readonly<Record<FaultKind, number>> = {
  socket_cut: 190,
  socket_half_open: 12,
  socket_slow: 55,
  socket_reorder: 40,
  socket_refuse: 25,
  socket_black_hole: 10,
  webhook_twice: 60,
  webhook_late: 40,
  webhook_answer_lost: 30,
  webhook_lost: 25,
  webhook_again: 60,
  github_500: 45,
  github_502: 45,
  github_rate_limit: 12,
  github_answer_lost: 40,
  github_hang: 3,
  libsql_refuse: 40,
  libsql_slow: 30,
  libsql_mid_batch: 40,
  libsql_answer_lost: 40,
  runner_kill: 16,
  runner_term: 8,
  worker_kill: 5,
  object_evict: 50,
  runner_twin: 3,
  runner_same_folder: 4,
  clock_jump: 20,
  disk_full: 4,
  disk_read_only: 2,
  claude_kill: 25,
  claude_hang_before_result: 10,
  claude_hang_after_result: 8,
  claude_grandchild: 10,
};

export function isFaultKind(text: string): text is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(text);
}
