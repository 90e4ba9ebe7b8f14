/** Deadlines and bounds of the runner's git. Each has its reason beside it. */

/** Work on local files: 27,000 files take about a second, a cold disk ten times that. */
export const LOCAL_DEADLINE_MS = 120_000;

/** The first fetch of a large repository over a slow line; later ones take a second. */
export const FETCH_DEADLINE_MS = 15 * 60_000;

export const PUSH_DEADLINE_MS = 5 * 60_000;

/** One small answer; longer means that the line is dead. */
export const LS_REMOTE_DEADLINE_MS = 30_000;

/** git removes its lock files on SIGTERM, which takes it milliseconds. */
export const TERM_GRACE_MS = 2_000;

/** Output kept of one command. A listing of 100,000 files has about 10 MB. */
export const MAX_STDOUT_BYTES = 64_000_000;

/** Enough for every message that is looked at; a hostile server can send any amount. */
export const MAX_STDERR_BYTES = 64_000;

/** Bytes a second below which a transfer counts as stalled, and for how many seconds. */
export const LOW_SPEED_BYTES = 1_000;
export const LOW_SPEED_SECONDS = 30;

/** Fastest setting measured on 2 cores: the work is waiting for the disk. */
export const CHECKOUT_WORKERS = 4;

/**
 * Below this, workers are no faster and take twice the processor time, which Claude needs for its start: 0.25 s instead
 * of 0.13 s for 300 files.
 */
export const CHECKOUT_WORKERS_FROM_FILES = 1_000;

/** Tries of a fetch or push when the server can't be reached, and the longest wait before the next one. */
export const NETWORK_ATTEMPTS = 3;
export const NETWORK_RETRY_FIRST_MS = 500;
export const NETWORK_RETRY_MAX_MS = 4_000;

/** How long a lock file that a live git holds is waited for. */
export const LOCK_WAIT_MS = 10_000;
export const LOCK_POLL_MS = 50;

/** Where the owner of a lock can't be found out (no /proc), a lock this old has none: no deadline is longer. */
export const ORPHAN_LOCK_AGE_MS = FETCH_DEADLINE_MS + 60_000;
