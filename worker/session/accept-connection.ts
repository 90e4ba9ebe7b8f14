import type { SessionSnapshot } from '../contracts.ts';
import type { EventLog } from './event-log.ts';
import type { JobSockets } from './job-sockets.ts';
import type { ShareGuests } from './share-guests.ts';
import { CONNECT_PATH, EVENTS_PATH, readClaims, readShare, readUntil } from './socket-paths.ts';
import { streamEvents } from './stream-events.ts';
import type { Viewers } from './viewers.ts';

export type ConnectionDeps = {
  jobs: JobSockets;
  viewers: Viewers;
  log: EventLog;
  guests: ShareGuests;
  /** Null when there is no session. */
  snapshot: SessionSnapshot | null;
};

/** Answers a request that the Worker forwarded: a runner's data socket, a viewer's socket or event stream. */
export function acceptConnection(deps: ConnectionDeps, request: Request): Response {
  const url = new URL(request.url);
  if (CONNECT_PATH.test(url.pathname)) return acceptRunner(deps, request);
  if (!EVENTS_PATH.test(url.pathname) || deps.snapshot === null) return notFound('session');
  const share = readShare(request);
  if (share !== null && !deps.guests.admit(share, Date.now())) {
    return new Response('The share link has ended.', { status: 401 });
  }
  const until = readUntil(request);
  if (until !== null) deps.guests.watch(until);
  const given = request.headers.get('last-event-id') ?? url.searchParams.get('after') ?? '0';
  const afterId = /^\d{1,15}$/.test(given) ? Number(given) : 0;
  const upgrades = request.headers.get('upgrade')?.toLowerCase() === 'websocket';
  return upgrades
    ? deps.viewers.accept(afterId, url.searchParams.get('seen') === '1', share, until)
    : streamEvents(deps.log, deps.viewers, afterId, { type: 'snapshot', ...deps.snapshot }, share, until);
}

function acceptRunner({ jobs, snapshot }: ConnectionDeps, request: Request): Response {
  const claims = readClaims(request);
  if (claims === null) return new Response('Come through the Worker.', { status: 401 });
  if (snapshot === null || snapshot.session.id !== claims.sessionId) return notFound('session');
  const task = snapshot.tasks.find(({ number }) => number === claims.taskNumber);
  if (task === undefined) return notFound('task');
  if (claims.epoch < task.epoch) return new Response('A newer attempt holds this task.', { status: 409 });
  return jobs.accept(claims);
}

function notFound(what: string): Response {
  return new Response(`There is no such ${what}.`, { status: 404 });
}
