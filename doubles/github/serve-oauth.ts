import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestLog, RequestRecord } from './request-log.ts';
import { escapeHtml, layout } from './serve-page.ts';
import { noteViolation, readBody } from './serve-rest.ts';
import type { World } from './world.ts';

const AUTHORIZE = '/login/oauth/authorize';
const ACCESS_TOKEN = '/login/oauth/access_token';

/** Who agrees, on the page that stands for GitHub's: GitHub knows it from its own cookie. */
const AGREES_AS = 'agree_as';

export const isOAuth = ({ pathname }: URL): boolean => pathname === AUTHORIZE || pathname === ACCESS_TOKEN;

export type OAuthExchange = { request: IncomingMessage; url: URL; record: RequestRecord };

/** The web application flow of GitHub's page "Generating a user access token for a GitHub App". */
export async function serveOAuth(
  world: World,
  log: RequestLog,
  { request, url, record }: OAuthExchange,
  response: ServerResponse,
): Promise<void> {
  if (url.pathname === AUTHORIZE && record.method === 'GET') return authorize(world, url, response);
  const text = await readBody(request);
  if (record.method !== 'POST') return void response.writeHead(404).end();
  if (!request.headers.accept?.includes('application/json')) {
    noteViolation(log, record, 'request', 'without "Accept: application/json" GitHub answers a form');
  }
  response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(world.authorization.exchange(new URLSearchParams(text))));
}

function authorize(world: World, url: URL, response: ServerResponse): void {
  const { searchParams } = url;
  const target = targetOf(world, searchParams);
  if (target === null) {
    response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end(layout('Not found', ''));
    return;
  }
  const account = world.accounts.get((searchParams.get(AGREES_AS) ?? '').toLowerCase());
  if (account !== undefined) {
    const code = world.authorization.issueCode(account, {
      redirectUri: searchParams.get('redirect_uri'),
      challenge: searchParams.get('code_challenge'),
    });
    target.searchParams.set('code', code);
    const state = searchParams.get('state');
    if (state !== null) target.searchParams.set('state', state);
    response.writeHead(302, { location: target.href }).end();
    return;
  }
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    .end(layout(`Sign in to ${world.app.name}`, peopleList(world, url)));
}

/** Where the browser goes back to; null where GitHub shows an error instead. */
function targetOf(world: World, parameters: URLSearchParams): URL | null {
  const method = parameters.get('code_challenge_method');
  const isPkce = parameters.has('code_challenge') === (method === 'S256');
  const redirectUri = parameters.get('redirect_uri');
  if (parameters.get('client_id') !== world.app.clientId || !isPkce || redirectUri === null) return null;
  return URL.parse(redirectUri);
}

function peopleList(world: World, url: URL): string {
  const items = [...world.accounts.values()]
    .filter(({ type }) => type === 'User')
    .map(({ login }) => {
      const agreed = new URL(url);
      agreed.searchParams.set(AGREES_AS, login);
      const href = escapeHtml(`${agreed.pathname}${agreed.search}`);
      return `<li><a href="${href}">Continue as ${escapeHtml(login)}</a></li>`;
    });
  return `<ul>${items.join('')}</ul>`;
}
