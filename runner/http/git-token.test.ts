import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { JobApiDeps } from './git-token.ts';
import { requestGitToken, revokeGitToken } from './git-token.ts';

type Reply = { status: number; body?: unknown } | 'cut';
let close: () => void = () => {};
afterEach(() => close());

async function serve(replies: Reply[]) {
  const asked: { url: string | undefined; bearer: string | undefined; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    asked.push({ url: request.url, bearer: request.headers.authorization, body });
    const reply = replies.shift() ?? { status: 500 };
    if (reply === 'cut') request.socket.destroy();
    else response.writeHead(reply.status).end(reply.body === undefined ? '' : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => void server.close().closeAllConnections();
  let ticket = 'first';
  const deps: JobApiDeps = {
    controlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    taskId: '3f0c1f0e-51cf-5a5e-8f29-3f7a6b6f1c11.2',
    ticket: () => ticket,
    renewTicket: async () => {
      ticket = 'second';
    },
    fetch,
    random: () => 0,
  };
  return { asked, deps };
}

const WRITE = { access: 'write', epoch: 3, tree: 'a'.repeat(40) } as const;
const granted = { status: 200, body: { token: 'ghs_x', expiresAt: 5 } };
const problem = {
  type: 'about:blank',
  title: 'No',
  status: 409,
  code: 'fenced',
  detail: 'Another epoch holds it.',
  remedy: 'Stop.',
};

it('asks for exactly the tree and the epoch, with the ticket of the job', async () => {
  const { asked, deps } = await serve([granted]);
  expect(await requestGitToken(deps, WRITE)).toEqual({ status: 'granted', token: 'ghs_x' });
  expect(asked).toEqual([
    {
      url: '/api/sessions/3f0c1f0e-51cf-5a5e-8f29-3f7a6b6f1c11/tasks/2/git-token',
      bearer: 'Bearer first',
      body: WRITE,
    },
  ]);
});

it('tries again after outages and cut lines, and renews a ticket that has expired once', async () => {
  const { asked, deps } = await serve([{ status: 503 }, 'cut', { status: 429 }, { status: 401 }, granted]);
  expect(await requestGitToken(deps, WRITE)).toEqual({ status: 'granted', token: 'ghs_x' });
  expect(asked.map(({ bearer }) => bearer)).toEqual([...Array(4).fill('Bearer first'), 'Bearer second']);
});

it('takes a refusal for what it is and does not ask again', async () => {
  const { asked, deps } = await serve([{ status: 409, body: problem }]);
  expect(await requestGitToken(deps, WRITE)).toEqual({
    status: 'refused',
    code: 'fenced',
    message: 'Another epoch holds it.',
    remedy: 'Stop.',
  });
  expect(asked).toHaveLength(1);
});

it('gives up after a bounded number of attempts', async () => {
  const { asked, deps } = await serve([]);
  expect(await requestGitToken(deps, WRITE)).toMatchObject({ status: 'unreachable' });
  expect(asked).toHaveLength(6);
});

it('revokes a token, and says when it could not', async () => {
  const { asked, deps } = await serve([{ status: 204 }, { status: 500 }]);
  expect(await revokeGitToken(deps, 'ghs_x')).toBe(true);
  expect(await revokeGitToken(deps, 'ghs_x')).toBe(false);
  expect(asked[0]).toMatchObject({
    url: expect.stringMatching(/\/tasks\/2\/revoke-git-token$/),
    body: { token: 'ghs_x' },
  });
});
