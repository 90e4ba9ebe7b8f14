import { type Signal, signal } from '@preact/signals';
import { type SessionSummary, sessionPageSchema } from '../../protocol/http.ts';
import { type Api, describeFailure } from './api.ts';

/** Fast enough to feel live, slow enough that an open tab costs nothing worth counting. */
const REFRESH_MS = 2_000;

export type SessionList = {
  sessions: Signal<SessionSummary[] | null>;
  problem: Signal<string | null>;
  /** With which the queue beside it is read. */
  api: Api;
  start(): void;
  stop(): void;
};

type Deps = { api: Api; document: Document; onSignedOut: () => void };

/** The newest sessions, read again every few seconds while the page is visible. */
export function createSessionList({ api, document, onSignedOut }: Deps): SessionList {
  const sessions = signal<SessionSummary[] | null>(null);
  const problem = signal<string | null>(null);
  let generation = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function refresh(mine: number): Promise<void> {
    if (!document.hidden) {
      const result = await api.call('GET /api/sessions', { query: { limit: 100 } }, sessionPageSchema);
      if (mine !== generation) return;
      if (result.ok) {
        sessions.value = result.value.items;
        problem.value = null;
      } else if (result.failure.reason === 'signed_out') {
        onSignedOut();
        return;
      } else {
        problem.value = describeFailure(result.failure);
      }
    }
    timer = setTimeout(() => void refresh(mine), REFRESH_MS);
  }

  return {
    sessions,
    problem,
    api,
    start() {
      generation += 1;
      void refresh(generation);
    },
    stop() {
      generation += 1;
      clearTimeout(timer);
    },
  };
}
