import { env } from 'cloudflare:workers';
import { signInTokenAnswerSchema } from '../../protocol/http.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { signTicket } from '../../worker/access/ticket.ts';
import type { NewSession } from '../../worker/contracts.ts';
import { fleet } from '../../worker/fleet/testing/connect-runner.ts';
import { requestOf } from '../../worker/session/testing/make-requests.ts';
import { TestSession } from '../../worker/session/testing/test-session.ts';
import { TEST_ADMIN_KEY } from '../../worker/test-settings.ts';
import { ask } from './ask.ts';

export const OWN = 'http://localhost:8787';

export const CALLERS = [
  'nobody',
  'wrong',
  'admin',
  'browser',
  'foreign page',
  'runner',
  'ticket',
  'github',
] as const;
export type Caller = (typeof CALLERS)[number];

/** What the calls of one target are about: a session with a task that waits, and a runner of its account. */
export type World = {
  account: string;
  session: TestSession;
  runnerId: string;
  /** What there is of the kind that a parameter of a path names; else something that is not there. */
  nameOf(path: string, parameter: string): string;
  headersOf(caller: Caller, body: string): Promise<Record<string, string>>;
  /**
   * What a refused call must leave as it is. Not how far a task is: a valid ticket proves its epoch, and the fleet's
   * news come when they come.
   */
  state(): Promise<string>;
};

let accounts = 0;

export async function newWorld(): Promise<World> {
  accounts += 1;
  const account = `github:${770_000_000 + accounts}`;
  const id = crypto.randomUUID();
  const asked: NewSession = {
    id,
    key: `api:${id}`,
    account,
    title: 'Fuzzed',
    source: 'api',
    workspace: { type: 'local', path: '/srv/app' },
    thread: null,
  };
  const session = new TestSession(asked);
  await session.rpc.submit(asked, requestOf('Wait'));
  const runner = await fleet(account).registerRunner(account, 'den');
  const claims = {
    sessionId: id,
    taskNumber: 1,
    epoch: 1,
    runnerId: runner.id,
    account,
    expiresAt: Date.now() + 3_600_000,
  };
  const ticket = await signTicket(env.SIGNALBOX_SECRET, claims);
  const cookie = await browserCookie();
  return {
    account,
    session,
    runnerId: runner.id,
    nameOf: (path, parameter) => {
      if (parameter === 'number') return '1';
      if (parameter === 'taskId') return `${id}.1`;
      return path.startsWith('/api/runners') ? runner.id : id;
    },
    headersOf: async (caller, body): Promise<Record<string, string>> => {
      switch (caller) {
        case 'nobody':
          return {};
        case 'wrong':
          return { authorization: `Bearer ${ticket.slice(0, -3)}AAA`, cookie: `${cookie}x` };
        case 'admin':
          return { authorization: `Bearer ${TEST_ADMIN_KEY}` };
        case 'browser':
          return { cookie, origin: OWN, 'content-type': 'application/json' };
        case 'foreign page':
          return { cookie, origin: 'https://evil.example' };
        case 'runner':
          return { authorization: `Bearer ${runner.credential}` };
        case 'ticket':
          return { authorization: `Bearer ${ticket}` };
        case 'github':
          return {
            'x-hub-signature-256': await sign(body),
            'x-github-delivery': crypto.randomUUID(),
            'x-github-event': 'star',
          };
      }
    },
    state: async () => {
      const { session: view, tasks, messages } = await session.snapshot();
      const { runners } = await fleet(account).view();
      return JSON.stringify([
        view.title,
        tasks.map(({ id: task, request, options, state }) => [task, request, options, isTerminal(state)]),
        messages.map(({ id: message, content }) => [message, content]),
        runners.map((one) => [one.id, one.name]),
      ]);
    },
  };
}

let cookieOfBrowser: Promise<string> | null = null;

/** What had signed the browser in is gone. */
export function forgetBrowser(): void {
  cookieOfBrowser = null;
}

async function browserCookie(): Promise<string> {
  cookieOfBrowser ??= signIn();
  try {
    return await cookieOfBrowser;
  } catch (error) {
    forgetBrowser();
    throw error;
  }
}

async function signIn(): Promise<string> {
  const headers = { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'content-type': 'application/json' };
  const made = await ask(new Request(`${OWN}/api/sign-in/tokens`, { method: 'POST', headers }));
  const answer = signInTokenAnswerSchema.safeParse(JSON.parse(made.text));
  if (!answer.success) throw new Error(`The browser is not signed in: ${made.text}`);
  const body = JSON.stringify({ token: answer.data.token });
  const { response } = await ask(new Request(`${OWN}/api/sign-in`, { method: 'POST', headers, body }));
  return response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

async function sign(text: string): Promise<string> {
  const encoder = new TextEncoder();
  const secret = encoder.encode(env.GITHUB_WEBHOOK_SECRET);
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
  return `sha256=${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
