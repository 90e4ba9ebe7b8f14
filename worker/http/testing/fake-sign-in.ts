import { exports } from 'cloudflare:workers';
import { vi } from 'vitest';

const WEB = 'https://github.test';
const API = 'https://api.github.test';
export const OWN = 'http://localhost:8787';

type Permission = 'read' | 'write' | 'admin';
const RANKS: Permission[] = ['read', 'write', 'admin'];

export type FakePerson = {
  id: number;
  login: string;
  /** By the account's number. */
  installations: {
    account: { id: number; login: string; type: 'User' | 'Organization' };
    membership?: 'admin' | 'member';
    repositories: Record<number, Permission>;
  }[];
};

/** GitHub at the network border, for people who sign in: its authorization page, its tokens, and what each reaches. */
export class FakeSignIn {
  readonly people = new Map<number, FakePerson>();
  /** Paths of the REST API that were asked for, in order. */
  readonly asked: string[] = [];
  /** Requests to the token endpoint. */
  readonly exchanges: URLSearchParams[] = [];
  isDown = false;
  livesS: number | null = 28_800;
  readonly #codes = new Map<string, { id: number; challenge: string }>();
  readonly #tokens = new Map<string, number>();
  readonly #refreshTokens = new Map<string, number>();
  #made = 0;

  /** Takes over `fetch` for GitHub's addresses for the rest of the test file. */
  install(): this {
    const original = globalThis.fetch;
    vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input instanceof Request ? input.clone() : input, init);
      const isOurs = [WEB, API].some((origin) => request.url.startsWith(`${origin}/`));
      return isOurs ? this.#answer(request) : original(input, init);
    });
    return this;
  }

  /** Signs somebody in through the Worker's own routes. @returns the cookie; the address that he ends at */
  async signIn(person: FakePerson, returnTo = '/'): Promise<{ cookie: string; location: string }> {
    this.people.set(person.id, person);
    const start = await go(`/api/sign-in/github?return_to=${encodeURIComponent(returnTo)}`);
    const kept = cookieIn(start);
    const asked = new URL(start.headers.get('location') ?? '');
    const back = this.agree(asked, person.id);
    const end = await go(`${back.pathname}${back.search}`, kept);
    const cookies = end.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '');
    return {
      cookie: cookies.find((cookie) => cookie.startsWith('signalbox_session=')) ?? '',
      location: end.headers.get('location') ?? '',
    };
  }

  /** The person agrees on GitHub's page. @returns where the browser is sent */
  agree(asked: URL, id: number): URL {
    this.#made += 1;
    const code = `code-${this.#made}`;
    this.#codes.set(code, { id, challenge: asked.searchParams.get('code_challenge') ?? '' });
    const back = new URL(asked.searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.searchParams.get('state') ?? '');
    return back;
  }

  revoke(id: number): void {
    for (const [token, owner] of this.#tokens) if (owner === id) this.#tokens.delete(token);
    for (const [token, owner] of this.#refreshTokens) if (owner === id) this.#refreshTokens.delete(token);
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (this.isDown) return json(503, { message: 'down' });
    if (url.origin === WEB)
      return this.#token(new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer())));
    this.asked.push(url.pathname);
    const ofApp = answerToApp(url);
    if (ofApp !== null) return ofApp;
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const person = this.people.get(this.#tokens.get(token) ?? 0);
    if (person === undefined) return json(401, { message: 'Bad credentials' });
    return answerFor(person, url);
  }

  async #token(form: URLSearchParams): Promise<Response> {
    this.exchanges.push(form);
    const isRenewal = form.get('grant_type') === 'refresh_token';
    const id = isRenewal ? this.#useRefreshToken(form) : await this.#useCode(form);
    if (id === undefined || form.get('client_secret') !== 'test-only-client-secret') {
      return json(200, { error: 'bad_verification_code', error_description: 'Refused.' });
    }
    this.#made += 1;
    const [token, refresh] = [`ghu_${this.#made}`, `ghr_${this.#made}`];
    this.#tokens.set(token, id);
    this.#refreshTokens.set(refresh, id);
    const renewal = this.livesS === null ? {} : { expires_in: this.livesS, refresh_token: refresh };
    return json(200, { access_token: token, token_type: 'bearer', scope: '', ...renewal });
  }

  #useRefreshToken(form: URLSearchParams): number | undefined {
    const token = form.get('refresh_token') ?? '';
    const id = this.#refreshTokens.get(token);
    this.#refreshTokens.delete(token);
    return id;
  }

  async #useCode(form: URLSearchParams): Promise<number | undefined> {
    const code = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const verifier = new TextEncoder().encode(form.get('code_verifier') ?? '');
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', verifier));
    const fits = code !== undefined && Buffer.from(hash).toString('base64url') === code.challenge;
    return fits ? code.id : undefined;
  }
}

/** As a browser goes there by itself: a navigation. */
export function go(path: string, cookie = ''): Promise<Response> {
  const headers = { cookie, 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' };
  return exports.default.fetch(`${OWN}${path}`, { headers, redirect: 'manual' });
}

export const cookieIn = (response: Response): string =>
  response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';

/** What the App itself asks: its installation's tokens, and files that no repository has. */
function answerToApp({ pathname }: URL): Response | null {
  if (pathname.startsWith('/repos/')) return json(404, { message: 'Not Found' });
  if (!/^\/app\/installations\/\d+\/access_tokens$/.test(pathname)) return null;
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  return json(201, { token: 'ghs_test', expires_at, permissions: {}, repository_selection: 'all' });
}

function answerFor({ id, login, installations }: FakePerson, { pathname }: URL): Response {
  if (pathname === '/user') return json(200, { id, login });
  if (pathname === '/user/installations') {
    return json(200, {
      installations: installations.map(({ account }, index) => ({
        id: index + 1,
        account,
        target_type: account.type,
        suspended_at: null,
      })),
    });
  }
  const [, number] = /^\/user\/installations\/(\d+)\/repositories$/.exec(pathname) ?? [];
  if (number !== undefined) {
    const { repositories = {} } = installations[Number(number) - 1] ?? {};
    return json(200, {
      repositories: Object.entries(repositories).map(([key, permission]) => {
        const rank = RANKS.indexOf(permission);
        return { id: Number(key), permissions: { pull: true, push: rank >= 1, admin: rank >= 2 } };
      }),
    });
  }
  const [, org] = /^\/user\/memberships\/orgs\/(.+)$/.exec(pathname) ?? [];
  const membership = installations.find(({ account }) => account.login === org)?.membership;
  if (membership !== undefined) return json(200, { state: 'active', role: membership });
  return json(404, { message: 'Not Found' });
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
