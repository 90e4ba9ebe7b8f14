import { vi } from 'vitest';
import { FakeGitData } from './fake-git-data.ts';
import { FakeReviews } from './fake-reviews.ts';

const API = 'https://api.github.test';
const OWN_APP_ID = 4711;

export type Call = {
  method: string;
  path: string;
  body: Record<string, unknown>;
  authorization: string;
  /** `If-None-Match`. */
  knownAs: string | null;
};
type Answer = { status?: number; body?: unknown; headers?: Record<string, string> };
type Fault = { match: string; answer: Answer | 'no answer' | 'answer lost' | 'hangs'; left: number };

/**
 * GitHub's REST API at the network border: what the Worker sends leaves it as a real request and what it gets is a
 * real response. Keeps comments, check runs and pull requests.
 */
export class FakeGitHub {
  readonly calls: Call[] = [];
  readonly comments: {
    id: number;
    body: string;
    user: { login: string; type: string };
    created_at: string;
  }[] = [];
  readonly checkRuns: {
    id: number;
    repo: string;
    name: string;
    external_id: string;
    head_sha: string;
    status: string;
    conclusion: string | null;
  }[] = [];
  readonly gitData = new FakeGitData();
  readonly reviewing = new FakeReviews();
  readonly pulls: { number: number; head: string; state: string }[] = [];
  /** By the name of the repository; `write` where nothing is set, `none` where GitHub knows nobody. */
  readonly permissions = new Map<string, string>();
  /** What each repository's `.github/signalbox.yml` holds, by the repository's name. */
  readonly settings = new Map<string, string>();
  /** What the installation can reach, as GitHub lists it. */
  repositories: unknown[] = [];
  /** What every pull request and its reviews look like. */
  pullDetails: unknown = {};
  reviews: unknown[] = [];
  /** GitHub's log of webhook deliveries. */
  deliveries: unknown[] = [];
  readonly #faults: Fault[] = [];
  #nextId = 1_000;
  #minted = 0;

  /** Takes over `fetch` for GitHub's address for the rest of the test file. Other addresses are still reached. */
  install(): this {
    const original = globalThis.fetch;
    vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
      // A body can be read once, and other addresses still need it.
      const request = new Request(input instanceof Request ? input.clone() : input, init);
      return request.url.startsWith(API) ? this.#receive(request) : original(input, init);
    });
    return this;
  }

  /** The next `times` calls whose `METHOD /path` contains `match` fail. */
  failNext(match: string, answer: Fault['answer'], times = 1): void {
    this.#faults.push({ match, answer, left: times });
  }

  callsTo(match: string): Call[] {
    return this.calls.filter((call) => `${call.method} ${call.path}`.includes(match));
  }

  async #receive(request: Request): Promise<Response> {
    const path = request.url.slice(API.length);
    const text = await request.text();
    const body = text === '' ? {} : JSON.parse(text);
    const authorization = request.headers.get('authorization') ?? '';
    const knownAs = request.headers.get('if-none-match');
    const call = { method: request.method, path, body, authorization, knownAs };
    this.calls.push(call);
    const fault = this.#faults.find(
      ({ match, left }) => left > 0 && `${call.method} ${path}`.includes(match),
    );
    if (fault !== undefined) fault.left -= 1;
    if (fault?.answer === 'no answer') throw new TypeError('Network connection lost.');
    if (fault?.answer === 'hangs') return new Promise(() => undefined);
    if (fault !== undefined && fault.answer !== 'answer lost') return respond(fault.answer);
    const answer = this.#answer(call);
    if (fault?.answer === 'answer lost') throw new TypeError('Network connection lost.');
    return respond(answer);
  }

  #answer(call: Call): Answer {
    const route = `${call.method} ${call.path.replace(/\?.*/, '')}`;
    const query = new URL(`${API}${call.path}`).searchParams;
    if (/^POST \/app\/installations\/\d+\/access_tokens$/.test(route)) {
      this.#minted += 1;
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      return { status: 201, body: { token: `ghs_${this.#minted}`, expires_at, permissions: {} } };
    }
    if (route === 'DELETE /installation/token') return { status: 204 };
    if (route === 'GET /installation/repositories') {
      return { body: { total_count: this.repositories.length, repositories: this.repositories } };
    }
    if (route === 'GET /app/hook/deliveries') return { body: this.deliveries };
    if (/^POST \/app\/hook\/deliveries\/\d+\/attempts$/.test(route)) return { status: 202, body: {} };
    const asked = /^GET \/repos\/[^/]+\/([^/]+)\/collaborators\/[^/]+\/permission$/.exec(route)?.[1];
    if (asked !== undefined) {
      const permission = this.permissions.get(asked) ?? 'write';
      return permission === 'none' ? notFound() : { body: { permission, role_name: permission } };
    }
    const configured = /^GET \/repos\/[^/]+\/([^/]+)\/contents\//.exec(route)?.[1];
    if (configured !== undefined) return this.#settingsOf(configured, call);
    const data = this.gitData.answer(route, call.body) ?? this.reviewing.answer(route, call.body);
    if (data !== null) return data;
    if (route.startsWith('POST') && route.endsWith('/reactions')) return { status: 201, body: { id: 1 } };
    if (/\/issues\/(?:comments\/)?\d+(?:\/comments)?$/.test(route)) return this.#comment(call, route);
    if (route.includes('/check-runs')) return this.#checkRun(call, route);
    if (/\/branches\/[^/]+$/.test(route))
      return { body: { name: 'master', commit: { sha: 'b'.repeat(40) } } };
    if (/^GET .*\/pulls\/\d+$/.test(route)) return { body: this.pullDetails };
    if (/^GET .*\/pulls\/\d+\/(?:comments|reviews)$/.test(route)) {
      return { body: route.endsWith('reviews') ? this.reviews : [] };
    }
    if (/\/pulls$/.test(route)) return this.#pull(call, query);
    return notFound();
  }

  #settingsOf(repository: string, { knownAs }: Call): Answer {
    const text = this.settings.get(repository);
    if (text === undefined) return notFound();
    const etag = `"${btoa(text)}"`;
    if (knownAs === etag) return { status: 304, headers: { etag } };
    return { body: { type: 'file', size: text.length, content: btoa(text) }, headers: { etag } };
  }

  #comment(call: Call, route: string): Answer {
    if (route.startsWith('GET')) return { body: this.comments.map(withUrl) };
    if (route.startsWith('POST')) {
      const user = { login: 'signalbox[bot]', type: 'Bot' };
      this.#nextId += 1;
      const created_at = new Date().toISOString();
      const comment = { id: this.#nextId, body: String(call.body.body), user, created_at };
      this.comments.push(comment);
      return { status: 201, body: withUrl(comment) };
    }
    const comment = this.comments.find(({ id }) => route.endsWith(`/${id}`));
    if (comment === undefined) return notFound();
    comment.body = String(call.body.body);
    return { body: withUrl(comment) };
  }

  #checkRun({ body }: Call, route: string): Answer {
    const [, repo = '', ref] = /\/repos\/[^/]+\/([^/]+)\/(?:commits\/([^/]+)\/)?check-runs/.exec(route) ?? [];
    if (route.startsWith('GET')) {
      const found = this.checkRuns.filter((run) => run.repo === repo && run.head_sha === ref);
      return { body: { total_count: found.length, check_runs: found.map(asCheckRun) } };
    }
    if (route.startsWith('POST')) {
      this.#nextId += 1;
      const { name, external_id, head_sha, status, conclusion = null } = body;
      const run = {
        id: this.#nextId,
        repo,
        name: String(name),
        external_id: String(external_id),
        head_sha: String(head_sha),
        status: String(status),
        conclusion: conclusion === null ? null : String(conclusion),
      };
      this.checkRuns.push(run);
      return { status: 201, body: asCheckRun(run) };
    }
    const run = this.checkRuns.find(({ id }) => route.endsWith(`/${id}`));
    if (run === undefined) return notFound();
    run.status = String(body.status);
    return { body: asCheckRun(run) };
  }

  #pull({ method, body }: Call, query: URLSearchParams): Answer {
    if (method === 'GET') {
      const head = query.get('head')?.split(':')[1];
      const open = this.pulls.filter((pull) => pull.state === 'open' && pull.head === head);
      return { body: open.map((pull) => ({ ...pull, html_url: `${API}/pull/${pull.number}` })) };
    }
    this.#nextId += 1;
    const pull = { number: this.#nextId, head: String(body.head), state: 'open' };
    this.pulls.push(pull);
    return { status: 201, body: { ...pull, html_url: `${API}/pull/${pull.number}` } };
  }
}

/** The App of the tests' settings makes them all. */
function asCheckRun<T extends { id: number }>(run: T) {
  return { ...run, app: { id: OWN_APP_ID }, html_url: `${API}/checks/${run.id}` };
}

function withUrl<T extends { id: number; created_at: string }>(comment: T) {
  return { ...comment, updated_at: comment.created_at, html_url: `${API}/comments/${comment.id}` };
}

function notFound(): Answer {
  return { status: 404, body: { message: 'Not Found' } };
}

function respond({ status = 200, body, headers = {} }: Answer): Response {
  if (status === 204 || status === 304) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body ?? {}), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}
