import { type Signal, signal } from '@preact/signals';
import { type AttentionItem, attentionActedSchema, attentionListSchema } from '../../protocol/attention.ts';
import { type Api, type ApiResult, describeFailure } from './api.ts';

/** Somebody looks at the list. */
export const LOOKED_AT_MS = 5_000;

/** Only the number is shown: what is stuck for hours may be shown half a minute late. */
export const IN_THE_BACKGROUND_MS = 30_000;

export type Attention = {
  /** Null until the first answer. */
  items: Signal<AttentionItem[] | null>;
  /** There is more than the list holds. */
  more: Signal<boolean>;
  problem: Signal<string | null>;
  /** What became of the last button, for people. */
  said: Signal<string | null>;
  /** The item whose button was pressed. */
  busy: Signal<string | null>;
  start(everyMs: number): void;
  stop(): void;
  retry(item: AttentionItem): Promise<void>;
  /** @returns whether it was given up. */
  dismiss(item: AttentionItem, reason: string): Promise<boolean>;
};

type Deps = { api: Api; document: Document; onSignedOut: () => void; sessionId?: string };

/** What is stuck, of everything or of one session, read again and again while the page is visible. */
export function createAttention({ api, document, onSignedOut, sessionId }: Deps): Attention {
  const query = sessionId === undefined ? {} : { session: sessionId };
  const items = signal<AttentionItem[] | null>(null);
  const more = signal(false);
  const problem = signal<string | null>(null);
  const said = signal<string | null>(null);
  const busy = signal<string | null>(null);
  let generation = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function read(mine: number): Promise<void> {
    const result = await api.call('GET /api/attention', { query }, attentionListSchema);
    if (mine !== generation) return;
    if (result.ok) {
      items.value = result.value.items;
      more.value = result.value.more;
      problem.value = null;
    } else if (result.failure.reason === 'signed_out') onSignedOut();
    else problem.value = describeFailure(result.failure);
  }

  async function refresh(mine: number, everyMs: number): Promise<void> {
    if (!document.hidden) await read(mine);
    if (mine === generation) timer = setTimeout(() => void refresh(mine, everyMs), everyMs);
  }

  async function act(
    item: AttentionItem,
    done: string,
    call: () => Promise<ApiResult<unknown>>,
  ): Promise<boolean> {
    busy.value = item.id;
    said.value = null;
    const result = await call();
    busy.value = null;
    if (result.ok) said.value = done;
    else if (result.failure.reason === 'signed_out') onSignedOut();
    await read(generation);
    if (!result.ok) problem.value = describeFailure(result.failure);
    return result.ok;
  }

  return {
    items,
    more,
    problem,
    said,
    busy,
    start(everyMs) {
      generation += 1;
      clearTimeout(timer);
      said.value = null;
      void refresh(generation, everyMs);
    },
    stop() {
      generation += 1;
      clearTimeout(timer);
    },
    async retry(item) {
      const input = { params: { id: item.id }, body: {} };
      await act(item, 'It is being tried again.', () =>
        api.call('POST /api/attention/{id}/retry', input, attentionActedSchema),
      );
    },
    dismiss: (item, reason) => {
      const input = { params: { id: item.id }, body: { reason } };
      return act(item, 'It was given up.', () =>
        api.call('POST /api/attention/{id}/dismiss', input, attentionActedSchema),
      );
    },
  };
}
