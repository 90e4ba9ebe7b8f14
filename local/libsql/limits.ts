/** An idle stream is closed after this, as Turso does it; a transaction left open must not block writers for long. */
export const STREAM_IDLE_MS = 10_000;

/** How long a statement waits for a writer in another connection before it fails with SQLITE_BUSY. */
export const BUSY_WAIT_MS = 5_000;

/** The whole of one request, with every wait in it. */
export const REQUEST_DEADLINE_MS = 30_000;

/** A batch of rows with texts and blobs; Turso's own limit is of this order. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** The answer is built in memory before it is sent. */
export const MAX_RESULT_BYTES = 32 * 1024 * 1024;

/** Each open stream may hold a connection, which is three file descriptors. */
export const MAX_STREAMS = 512;

/** Clients keep 30 texts in their own cache. */
export const MAX_STORED_SQLS = 256;

/** How long `close` lets requests in flight finish. */
export const CLOSE_GRACE_MS = 3_000;
