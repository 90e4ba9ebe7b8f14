import { type ChildProcess, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GIT_ENVIRONMENT } from './run-git.ts';

export type GitService = 'git-upload-pack' | 'git-receive-pack';
export type GitRoute = { owner: string; name: string; rest: string; service: GitService };

const GIT_PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Recognizes git's smart HTTP requests; undefined for everything else. */
export function matchGitRoute(url: URL): GitRoute | undefined {
  const [, owner, name, rest] = GIT_PATH.exec(url.pathname) ?? [];
  if (owner === undefined || name === undefined || rest === undefined) return undefined;
  const asked = rest === 'info/refs' ? url.searchParams.get('service') : rest;
  if (asked !== 'git-upload-pack' && asked !== 'git-receive-pack') return undefined;
  return { owner, name, rest, service: asked };
}

function cgiEnvironment(
  request: IncomingMessage,
  url: URL,
  route: GitRoute,
  gitDir: string,
): Record<string, string> {
  const header = (name: string) => String(request.headers[name] ?? '');
  const optional = (name: string, value: string) => (value === '' ? {} : { [name]: value });
  return {
    ...GIT_ENVIRONMENT,
    GIT_PROJECT_ROOT: gitDir,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${route.rest}`,
    REQUEST_METHOD: request.method ?? 'GET',
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: header('content-type'),
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_USER: 'x-access-token',
    ...optional('CONTENT_LENGTH', header('content-length')),
    ...optional('HTTP_CONTENT_ENCODING', header('content-encoding')),
    ...optional('GIT_PROTOCOL', header('git-protocol')),
  };
}

type CgiHead = { status: number; headers: Record<string, string>; rest: Buffer };

/** Splits a CGI answer's header from its body, once the header is complete. */
function parseCgiHead(buffer: Buffer): CgiHead | undefined {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  let status = 200;
  const headers: Record<string, string> = {};
  for (const line of buffer.subarray(0, end).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers, rest: buffer.subarray(end + 4) };
}

function forwardAnswer(child: ChildProcess, response: ServerResponse): void {
  let pending: Buffer | undefined = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    if (pending === undefined) {
      response.write(chunk);
      return;
    }
    pending = Buffer.concat([pending, chunk]);
    const head = parseCgiHead(pending);
    if (!head) return;
    pending = undefined;
    response.writeHead(head.status, head.headers);
    if (head.rest.length > 0) response.write(head.rest);
  });
}

export type GitHttpDeps = {
  /** Awaited after git has written and before the client is told, so that the client sees its effects. */
  afterService: () => Promise<void>;
  /** Does git's work and then breaks the connection. */
  loseAnswer: boolean;
};

/** Serves one request with git's own `http-backend`. Resolves when the answer is sent, or the client is gone. */
export async function serveGitHttp(
  request: IncomingMessage,
  response: ServerResponse,
  target: { url: URL; route: GitRoute; gitDir: string },
  deps: GitHttpDeps,
): Promise<void> {
  const child = spawn('git', ['http-backend'], {
    env: cgiEnvironment(request, target.url, target.route, target.gitDir),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // git may refuse before it has read the whole pack.
  child.stdin.on('error', () => {});
  request.pipe(child.stdin);
  if (deps.loseAnswer) child.stdout.resume();
  else forwardAnswer(child, response);
  request.once('close', () => {
    if (!request.complete) child.kill();
  });
  // A fetch that nobody reads is ended; a push that has arrived is finished, as GitHub does.
  response.once('close', () => {
    if (target.route.service === 'git-upload-pack') child.kill();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) await deps.afterService();
  if (deps.loseAnswer) request.socket.destroy();
  else if (response.headersSent) response.end();
  else response.writeHead(500).end(`git http-backend ended with ${code}`);
}
