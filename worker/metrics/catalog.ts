/**
 * Every metric that /metrics knows, by name: its type and help, the names of its labels in order, and a histogram's
 * upper bounds. Everything carries the label `account` beside these, but for what is of the whole deployment.
 *
 * `open`: the label whose values come from outside. Beyond `MAX_SERIES` sets of labels it counts as `other`.
 */
/** In milliseconds: from a file that is read to a test suite. */
const TOOL_MS = [10, 50, 100, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000] as const;
/** In seconds: from a question that is answered at once to a long task. */
const TASK_S = [5, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 14_400] as const;
const WAIT_S = [0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800] as const;
const LAG_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30] as const;

/** What objects count: it only grows. */
export const COUNTERS = {
  tool_executions_total: {
    help: 'Tools that Claude used, by how that ended (ok, error).',
    labels: ['tool', 'status'],
    open: 'tool',
  },
  signalbox_tasks_created_total: { help: 'Tasks, by where they came from.', labels: ['source'] },
  signalbox_tasks_ended_total: { help: 'Tasks that ended, by how.', labels: ['outcome'] },
  signalbox_task_recoveries_total: {
    help: 'Failed jobs that were tried again by themselves, by the kind of failure.',
    labels: ['kind'],
  },
  signalbox_turn_recoveries_total: {
    help: 'Turns of Claude that a runner took up again after an error, by the kind of failure.',
    labels: ['kind'],
  },
  signalbox_task_failures_total: { help: 'Tasks that failed, by the kind of failure.', labels: ['kind'] },
  signalbox_turns_total: {
    help: "Claude's turns, by model and how they ended (ok, error).",
    labels: ['model', 'status'],
    open: 'model',
  },
  signalbox_tokens_total: {
    help: 'Tokens, by model and kind (input, output, cache_read, cache_write).',
    labels: ['model', 'kind'],
    open: 'model',
  },
  signalbox_cost_usd_total: { help: 'US dollars, by model.', labels: ['model'], open: 'model' },
  signalbox_model_errors_total: {
    help: "Answers of the model's side after which Claude tried again, by HTTP status (none: no answer).",
    labels: ['status'],
  },
  signalbox_jobs_lost_total: {
    help: 'Jobs that were taken back from a runner or given back by it.',
    labels: [],
  },
  signalbox_github_requests_total: {
    help: 'Requests to GitHub, by HTTP status (none: no answer).',
    labels: ['status'],
  },
  signalbox_cache_requests_total: {
    help: 'What was asked of a cache, by result (hit, miss).',
    labels: ['cache', 'result'],
  },
  signalbox_webhook_attempts_total: {
    help: 'Webhooks out that were sent, by result (delivered, failed).',
    labels: ['result'],
  },
} as const satisfies Record<string, Spec>;

export const HISTOGRAMS = {
  tool_duration_ms: {
    help: 'For how long tools ran, in milliseconds.',
    labels: ['tool'],
    open: 'tool',
    bounds: TOOL_MS,
  },
  signalbox_task_duration_seconds: {
    help: 'From the request of a task to its end, by how it ended.',
    labels: ['outcome'],
    bounds: TASK_S,
  },
  signalbox_task_wait_seconds: {
    help: 'From the request of a task until Claude began with it.',
    labels: [],
    bounds: WAIT_S,
  },
  signalbox_claude_start_seconds: {
    help: "From a job's arrival on its runner to Claude's first output.",
    labels: [],
    bounds: WAIT_S,
  },
  signalbox_turn_duration_seconds: { help: "How long Claude's turns took.", labels: [], bounds: TASK_S },
  signalbox_event_lag_seconds: {
    help: 'From an event on its runner until it was stored, of tool results and the ends of turns.',
    labels: [],
    bounds: LAG_S,
  },
} as const satisfies Record<string, Spec & { bounds: readonly number[] }>;

/** What is so at the moment. */
export const GAUGES = {
  active_sessions: { help: 'Sessions with a task that is not over, by status.', labels: ['status'] },
  signalbox_queue_depth: { help: 'Jobs that wait for a runner.', labels: [] },
  signalbox_queue_oldest_seconds: { help: 'For how long the oldest of them has waited.', labels: [] },
  signalbox_running_jobs: { help: 'Jobs that a runner holds.', labels: [] },
  signalbox_runners: { help: 'Runners, by status.', labels: ['status'] },
  signalbox_runner_up: {
    help: 'Whether a runner is connected; signalbox_runners tells how many of them drain.',
    labels: ['runner', 'runner_id'],
  },
  signalbox_runner_capacity: { help: 'Jobs that a runner takes at once.', labels: ['runner', 'runner_id'] },
  signalbox_runner_jobs: { help: 'Jobs that a runner has.', labels: ['runner', 'runner_id'] },
  signalbox_runner_cpu_ratio: {
    help: "The share of a runner's CPU time that is used.",
    labels: ['runner', 'runner_id'],
  },
  signalbox_runner_memory_used_bytes: {
    help: "Memory in use on a runner's machine.",
    labels: ['runner', 'runner_id'],
  },
  signalbox_runner_memory_size_bytes: {
    help: "Memory of a runner's machine.",
    labels: ['runner', 'runner_id'],
  },
  signalbox_runner_disk_free_bytes: {
    help: "Free space on a runner's disk.",
    labels: ['runner', 'runner_id'],
  },
  signalbox_runner_disk_size_bytes: { help: "Size of a runner's disk.", labels: ['runner', 'runner_id'] },
  signalbox_outbox_waiting: {
    help: 'Messages between the parts, to the record and to GitHub that are not through yet; of sessions those that fail.',
    labels: ['part'],
  },
  signalbox_outbox_parked: { help: 'Messages that were given up and wait for a person.', labels: ['part'] },
  signalbox_attention_reported: { help: 'What sessions have told to be stuck.', labels: [] },
  signalbox_outbox_failing_seconds: {
    help: 'For how long the longest failing message has failed.',
    labels: ['part'],
  },
  signalbox_deliveries_open: {
    help: "GitHub's webhook deliveries that are stored and not worked off.",
    labels: [],
  },
  signalbox_deliveries_parked: { help: "GitHub's webhook deliveries that wait for a person.", labels: [] },
  signalbox_github_rate_limit_remaining: {
    help: 'Requests that GitHub still allows within the hour, as its last answer said.',
    labels: [],
  },
  signalbox_webhook_backlog: { help: 'Webhooks out that are not delivered yet.', labels: [] },
  signalbox_source_up: {
    help: 'Whether a part answered this scrape (fleet, installation, account, record); its metrics are missing otherwise.',
    labels: ['source'],
  },
} as const satisfies Record<string, Spec>;

/** Of the deployment as a whole: without the label `account`. */
export const DEPLOYMENT_GAUGES = {
  signalbox_accounts: { help: 'Accounts that this answer tells of.', labels: [] },
  signalbox_record_up: { help: 'Whether the record (libSQL) answers.', labels: [] },
  signalbox_build_info: {
    help: 'Always 1; the label names the version of the runner protocol.',
    labels: ['protocol'],
  },
} as const satisfies Record<string, Spec>;

type Spec = { help: string; labels: readonly string[]; open?: string };

export type CounterName = keyof typeof COUNTERS;
export type HistogramName = keyof typeof HISTOGRAMS;
export type GaugeName = keyof typeof GAUGES;
export type DeploymentGaugeName = keyof typeof DEPLOYMENT_GAUGES;

/** Sets of labels that a metric with an open label may have in one object. */
export const MAX_SERIES = 200;
