import { type Signal, signal } from '@preact/signals';
import { type SessionSummary, sessionAnswerSchema, sessionPageSchema } from '../../protocol/http.ts';
import { type OpenedShare, openedShareSchema } from '../../protocol/opened-share.ts';
import { type Api, type ApiFailure, describeFailure } from './api.ts';
import { type WatchedSession, watchSession } from './watch-session.ts';

/** `ended`: the link shows nothing (any more). */
export type SharedState =
  | { status: 'opening' }
  | { status: 'open'; share: OpenedShare }
  | { status: 'ended'; message: string };

export type Shared = {
  state: Signal<SharedState>;
  /** Of a link to an account's page. */
  sessions: Signal<SessionSummary[] | null>;
  /** The session that is looked at. */
  session: Signal<WatchedSession | null>;
  /** Exchanges the secret of a link for a cookie. @returns the address where to look, without the secret */
  redeem(token: string): Promise<string | null>;
  show(shareId: string, sessionId: string | null): Promise<void>;
  close(): void;
};

/** Like the page of those who are signed in. */
const REFRESH_MS = 2_000;

const ENDED = 'This link has expired or was taken away. Ask whoever gave it to you for a new one.';

/** What is seen through a share link. Nothing can be done there. */
export function createShared(api: Api, { location, document }: Window): Shared {
  const state = signal<SharedState>({ status: 'opening' });
  const sessions = signal<SessionSummary[] | null>(null);
  const session = signal<WatchedSession | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What an earlier address has asked for is no answer any more. */
  let generation = 0;

  function close(): void {
    generation += 1;
    clearTimeout(timer);
    session.value?.close();
    session.value = null;
  }

  function end(failure: ApiFailure): void {
    close();
    state.value = {
      status: 'ended',
      message: failure.reason === 'signed_out' ? ENDED : describeFailure(failure),
    };
  }

  function watch(share: string, id: string): void {
    session.value = watchSession(id, {
      location,
      path: `/api/shared/${share}/sessions/${id}/events`,
      onDropped: () => void askWhy(share, id),
    });
  }

  /** A refused WebSocket tells a browser nothing; the same address over HTTP says whether to give up. */
  async function askWhy(share: string, id: string): Promise<void> {
    const mine = generation;
    const input = { params: { share, id } };
    const result = await api.call('GET /api/shared/{share}/sessions/{id}', input, sessionAnswerSchema);
    if (!result.ok && mine === generation && result.failure.reason !== 'unreachable') end(result.failure);
  }

  async function refresh(share: string, mine: number): Promise<void> {
    if (!document.hidden) {
      const input = { params: { share }, query: { limit: 100 } };
      const result = await api.call('GET /api/shared/{share}/sessions', input, sessionPageSchema);
      if (mine !== generation) return;
      if (result.ok) sessions.value = result.value.items;
      else if (result.failure.reason !== 'unreachable') return end(result.failure);
    }
    timer = setTimeout(() => void refresh(share, mine), REFRESH_MS);
  }

  return {
    state,
    sessions,
    session,
    async redeem(token) {
      if (token === '') {
        end({ reason: 'signed_out' });
        return null;
      }
      const result = await api.call('POST /api/shares/open', { body: { token } }, openedShareSchema);
      if (result.ok) return `/shared/${result.value.id}`;
      end(result.failure);
      return null;
    },
    async show(shareId, sessionId) {
      close();
      const mine = generation;
      const input = { params: { share: shareId } };
      const result = await api.call('GET /api/shared/{share}', input, openedShareSchema);
      if (mine !== generation) return;
      if (!result.ok) return end(result.failure);
      state.value = { status: 'open', share: result.value };
      const { scope } = result.value;
      if (scope.kind === 'session') watch(shareId, scope.sessionId);
      else if (sessionId !== null) watch(shareId, sessionId);
      else await refresh(shareId, mine);
    },
    close,
  };
}
