import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from './world.ts';

const PREFIX = '/job-logs/';

/** A signed address of a job's log, with another server than the API's. */
export const addressOfLog = (world: World, jobId: number): string =>
  `${world.baseUrl}${PREFIX}${jobId}?sig=good`;

export const isLog = ({ pathname }: URL): boolean => pathname.startsWith(PREFIX);

/** Serves a log to whoever has its signed address. @returns what the request breaks; null for nothing */
export function serveLog(
  { repositories }: Pick<World, 'repositories'>,
  { request, url }: { request: IncomingMessage; url: URL },
  response: ServerResponse,
): string | null {
  const id = Number(url.pathname.slice(PREFIX.length));
  const runs = repositories.map(({ checkRuns }) => checkRuns.get(id));
  const log = runs.find((run) => run?.job !== undefined)?.job?.log;
  if (log === undefined || url.searchParams.get('sig') !== 'good') response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'text/plain' }).end(log);
  return request.headers.authorization === undefined ? null : 'a credential was sent to the host of logs';
}
