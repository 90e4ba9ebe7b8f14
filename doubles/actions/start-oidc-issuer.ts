import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export type OidcIssuer = {
  /** What tokens name as their issuer; its keys are below `/.well-known/jwks`. */
  url: string;
  /** `ACTIONS_ID_TOKEN_REQUEST_URL` and `…_TOKEN` of a job that may ask for tokens. */
  jobEnvironment: Record<string, string>;
  /** Every token that was handed out, the latest last. */
  issued: string[];
  close(): Promise<void>;
};

/** GitHub's tokens live for five minutes. */
const TOKEN_LIFE = '5m';

/** The OIDC provider of GitHub Actions: signs tokens with these claims for whoever has the job's request token. */
export async function startOidcIssuer(claims: Record<string, unknown>): Promise<OidcIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'actions', alg: 'RS256', use: 'sig' };
  const requestToken = randomBytes(24).toString('base64url');
  const issued: string[] = [];
  let issuer = '';
  const sign = (audience: string): Promise<string> =>
    new SignJWT({ ...claims, jti: randomUUID() })
      .setProtectedHeader({ alg: 'RS256', kid: 'actions' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(TOKEN_LIFE)
      .sign(privateKey);
  async function answer(request: IncomingMessage): Promise<[number, unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
    if (pathname === '/.well-known/jwks') return [200, { keys: [key] }];
    if (pathname !== '/token') return [404, { message: 'Not found' }];
    if (request.headers.authorization !== `Bearer ${requestToken}`) return [401, { message: 'Bad token' }];
    const token = await sign(searchParams.get('audience') ?? 'https://github.com/octo');
    issued.push(token);
    return [200, { value: token, count: token.length }];
  }
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The issuer listens on no port.');
  issuer = `http://127.0.0.1:${address.port}`;
  return {
    url: issuer,
    jobEnvironment: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    },
    issued,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
