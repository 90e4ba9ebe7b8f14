import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test makes of a request: `lose` lets git do its work and cuts the line instead of answering. */
export type Intervention = 'serve' | 'lose' | { status: number } | { waitFor: Promise<void> };

export type GitServer = {
  url: string;
  /** `GET /x.git/info/refs?service=git-upload-pack`, in the order they came. */
  requests: string[];
  intervene: (request: { method: string; url: string }) => Intervention;
  close: () => Promise<void>;
};

/** The real `git http-backend` over HTTP, with Basic authentication where a token is set. */
export async function serveGit(root: string, token: string | null): Promise<GitServer> {
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  const git: GitServer = {
    url: '',
    requests: [],
    intervene: () => 'serve',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    git.requests.push(`${method} ${url}`);
    const wanted =
      token === null ? undefined : `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
    if (wanted !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const step = git.intervene({ method, url });
    if (typeof step === 'object' && 'status' in step) {
      response.writeHead(step.status).end();
      return;
    }
    if (typeof step === 'object') await step.waitFor;
    const output = await runBackend(root, request);
    if (step === 'lose') response.destroy();
    else send(output, response);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  git.url = `http://127.0.0.1:${address.port}`;
  return git;
}

function runBackend(root: string, request: IncomingMessage): Promise<Buffer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'somebody',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    backend.on('error', reject);
    backend.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

/** CGI's answer (RFC 3875): headers, an empty line, the body. */
function send(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const { status = '200', ...rest } = headers;
  response.writeHead(Number(status.slice(0, 3)), rest).end(output.subarray(end + 4));
}
