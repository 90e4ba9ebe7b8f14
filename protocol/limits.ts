/** Sizes and times that both sides of a border must agree on. Each has its reason beside it. */

/** Durable Object rows and WebSocket messages end at 2 MB and 32 MB; a frame is stored as one row. */
export const MAX_FRAME_BYTES = 1_000_000;

/** Enough for a burst of Claude's partial output; more would delay the ack of the first event too long. */
export const MAX_FRAME_EVENTS = 500;

/** One event must fit a frame with room for its envelope. Larger texts are cut before they are journalled. */
export const MAX_EVENT_BYTES = 256_000;

/** A tool's input or result beyond this is cut and marked. */
export const MAX_TOOL_TEXT_BYTES = 50_000;

/** What Claude answers by a schema, as JSON. It can't be cut: what is longer is left out. */
export const MAX_STRUCTURED_OUTPUT_CHARS = 50_000;

/** A turn's patch in the event log; the worktree keeps the whole. */
export const MAX_PATCH_BYTES = 200_000;

/** Request and thread together; stays far below the model's window and the Fleet's row limit. */
export const MAX_PROMPT_BYTES = 256_000;

/** One message that a person sends: GitHub's own limit for a comment is 65,536 characters. */
export const MAX_MESSAGE_CHARS = 65_536;

/** Unacked bytes on the wire before the runner leaves events in its journal. */
export const WINDOW_BYTES = 4_000_000;

/** Frames wait at most this long under load; when idle an event is sent at once. */
export const FRAME_INTERVAL_MS = 5;

/** Pings are answered by the platform, so they wake no Durable Object. Half-open sockets show after two. */
export const PING_INTERVAL_MS = 10_000;
export const PING_TEXT = 'ping';
export const PONG_TEXT = 'pong';

/** Two missed pings and some slack: below it a live runner would lose work to one lost packet. */
export const LEASE_MS = 30_000;

/** Runner metrics (CPU, memory, disk) while it has jobs. Idle runners send none, so that the Fleet hibernates. */
export const METRICS_INTERVAL_MS = 30_000;

/** How long a data-socket ticket is good for; the control socket hands out a new one on request. */
export const TICKET_TTL_MS = 15 * 60_000;

/** How long a signed job may be on its way: it is signed right before it is sent. */
export const ENVELOPE_TTL_MS = 2 * 60_000;

/** How far the clocks of runner and control plane may differ, in both directions, before a signed job is refused. */
export const CLOCK_TOLERANCE_MS = 60_000;

/** How long a registration token is good for when nothing is said, and at most. */
export const REGISTRATION_TOKEN_MINUTES = 60;
export const MAX_REGISTRATION_TOKEN_MINUTES = 24 * 60;

/** First and longest wait of a reconnect; between them it doubles, with full jitter. */
export const RECONNECT_FIRST_MS = 250;
export const RECONNECT_MAX_MS = 15_000;

/** Time limit of a task when none is given, and the share of it at which a warning is written. */
export const DEFAULT_TASK_MINUTES = 10;
export const WARNING_SHARE = 0.8;

/** How often a task goes on by itself when nothing is said. What ten tries do not reach, an eleventh rarely does. */
export const DEFAULT_ITERATIONS = 10;

/** A question of the afternoon is answered the next day, or work goes on without it. */
export const DEFAULT_ANSWER_MINUTES = 24 * 60;

/** Events a page of `GET /events` holds at most. */
export const MAX_EVENT_PAGE = 1_000;
