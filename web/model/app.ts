import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { z } from 'zod';
import type { NowTask } from '../../protocol/now.ts';
import { createAddress } from './address.ts';
import { type Api, createApi, describeFailure } from './api.ts';
import { type Attention, createAttention, IN_THE_BACKGROUND_MS, LOOKED_AT_MS } from './attention-model.ts';
import { createMe, type Me } from './me.ts';
import { createNotices, type Notices } from './notices.ts';
import { createNow, type NowModel } from './now.ts';
import { watchReachability } from './reachability.ts';
import { isShared, type Route, readToken } from './route.ts';
import type { SessionModel } from './session-model.ts';
import type { Shared } from './shared.ts';
import { createShortcutChoice, type ShortcutChoice } from './shortcut-choice.ts';
import { createSignInMethods, readSignInFailure, type SignInMethods } from './sign-in.ts';
import { createTheme, type ThemeChoice } from './theme.ts';

export type SignIn = { status: 'unknown' } | { status: 'in' } | { status: 'out'; message: string | null };

export type App = {
  api: Api;
  /** The browser is signed in no longer. */
  onSignedOut: () => void;
  route: ReadonlySignal<Route>;
  /** The query with its question mark; empty where there is none. */
  search: ReadonlySignal<string>;
  theme: ThemeChoice;
  shortcuts: ShortcutChoice;
  /** False while the control plane gives no answer. */
  isReachable: ReadonlySignal<boolean>;
  signIn: Signal<SignIn>;
  signInMethods: SignInMethods;
  /** Everything that is stuck, for its page and for the number in the header. */
  attention: Attention;
  /** What goes on, waits and ends, and the machines. */
  now: NowModel;
  me: Me;
  notices: Notices;
  /** The session that is shown, put there by its page; null on other pages. */
  session: Signal<SessionModel | null>;
  /** What is seen through a share link, by somebody who need not be signed in; null elsewhere. */
  shared: Signal<Shared | null>;
  start(): Promise<void>;
  /** Ends everything that goes on by itself. */
  close(): void;
  /** Opens a page of this site: its path and query. */
  open(address: string): void;
  /** Puts another query in the place of this one, without a step for the back button. */
  replaceSearch(search: string): void;
};

export type AppDeps = { fetch: typeof fetch; window: Window };

/** Pages that show the machines, and what goes on. */
const LIVE_PAGES: readonly Route['page'][] = ['now', 'attention', 'new'];

/** Everything the page knows and can do; components only show it. */
export function createApp({ fetch, window }: AppDeps): App {
  const reachability = watchReachability(fetch, window);
  const api = createApi(reachability.fetch);
  const address = createAddress(window);
  const { route } = address;
  const signIn = signal<SignIn>({ status: 'unknown' });
  const signInMethods = createSignInMethods(api);
  const stayOut = (message: string | null) => {
    signIn.value = { status: 'out', message };
    void signInMethods.ask();
  };
  const signedOut = () => stayOut(null);
  const session = signal<SessionModel | null>(null);

  const attention = createAttention({ api, document: window.document, onSignedOut: signedOut });
  const me = createMe(api);
  const notices = createNotices({ window, open: address.open });
  const now = createNow({
    api,
    me,
    search: address.search,
    document: window.document,
    onSignedOut: signedOut,
    readsUnseen: () => notices.permission.value === 'granted',
  });
  const shared = signal<Shared | null>(null);

  function close(): void {
    attention.stop();
    now.stop();
    shared.value?.close();
  }

  function follow(): void {
    close();
    if (route.value.page === 'shared') void shared.value?.show(route.value.shareId, route.value.sessionId);
    if (isShared(route.value)) return;
    if (signIn.value.status === 'unknown') signIn.value = { status: 'in' };
    if (signIn.value.status !== 'in') return;
    attention.start(route.value.page === 'attention' ? LOOKED_AT_MS : IN_THE_BACKGROUND_MS);
    now.start(LIVE_PAGES.includes(route.value.page));
  }

  async function start(): Promise<void> {
    const token = readToken(window.location.hash);
    const withoutFragment = window.location.pathname + window.location.search;
    if (isShared(route.value)) {
      const opened = (await import('./shared.ts')).createShared(api, window);
      shared.value = opened;
      const path = route.value.page === 'share' ? await opened.redeem(token ?? '') : null;
      // The secret must not stay in the history.
      if (token !== null) address.replace(path ?? withoutFragment);
    } else if (token !== null) {
      address.replace(withoutFragment);
      const message = await redeem(api, token);
      if (message === null) signIn.value = { status: 'in' };
      else stayOut(message);
    }
    const failure = readSignInFailure(window.location.hash);
    if (failure !== null) {
      address.replace(withoutFragment);
      stayOut(failure);
    }
    address.listen(follow);
    follow();
    effect(() => {
      if (now.tasks.value.value !== null) notices.note(ownOf(now.waiting.value, me));
    });
  }

  return {
    api,
    onSignedOut: signedOut,
    route,
    search: address.search,
    theme: createTheme(window),
    shortcuts: createShortcutChoice(window),
    isReachable: reachability.isReachable,
    signIn,
    signInMethods,
    attention,
    now,
    me,
    notices,
    session,
    shared,
    start,
    close,
    open: address.open,
    replaceSearch: address.replaceSearch,
  };
}

/** What waits for the reader: whatever he asked for; whoever runs the deployment looks after everything. */
function ownOf(waiting: readonly NowTask[], { me }: Me): readonly NowTask[] {
  const reader = me.value;
  if (reader === null || reader.isDeploymentAdmin) return waiting;
  return waiting.filter(({ requester }) => requester === reader.login);
}

/** @returns why nobody was signed in; null when somebody was */
async function redeem(api: Api, token: string): Promise<string | null> {
  const result = await api.call('POST /api/sign-in', { body: { token } }, z.null());
  if (result.ok) return null;
  const used =
    'This sign-in link was used before or has expired. Start Signalbox again, or ask for a new link.';
  return result.failure.reason === 'signed_out' ? used : describeFailure(result.failure);
}
