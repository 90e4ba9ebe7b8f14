import type { ReadonlySignal } from '@preact/signals';
import { computed } from '@preact/signals';
import { fleetViewSchema, type RunnerView } from '../../protocol/fleet-view.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import {
  type NowTask,
  type NowView,
  nowViewSchema,
  type PartView,
  partsViewSchema,
} from '../../protocol/now.ts';
import { type QueuedJobView, queueViewSchema } from '../../protocol/queue.ts';
import type { Api } from './api.ts';
import { type AccountQuery, askEach, type Me } from './me.ts';
import { createPoll, type Poll } from './poll.ts';

/** Whoever has a part in more accounts chooses among them. */
export const MAX_ACCOUNTS_ASKED = 5;

/** Fast enough to feel live, slow enough that an open tab costs nothing worth counting. */
const LOOKED_AT_MS = 2_000;
/** Only a number in the title, and notifications. */
const IN_THE_BACKGROUND_MS = 20_000;
/** A queue moves when tasks end, which takes minutes. */
const QUEUE_MS = 5_000;
const MACHINES_MS = 15_000;

export type Queue = { waiting: QueuedJobView[]; total: number };

export type NowModel = {
  tasks: Poll<NowView>;
  queue: Poll<Queue>;
  runners: Poll<RunnerView[]>;
  parts: Poll<PartView[]>;
  /** The one account that the address names, of those that the reader has a part in; null: all of them. */
  account: ReadonlySignal<AccountKey | null>;
  /** Tasks for which a person must act. */
  waiting: ReadonlySignal<NowTask[]>;
  /** @param isLookedAt whether its page is shown, or only the number of what waits */
  start(isLookedAt: boolean): void;
  stop(): void;
};

type Deps = {
  api: Api;
  me: Me;
  /** The query of the address. */
  search: ReadonlySignal<string>;
  document: Document;
  onSignedOut: () => void;
  /** Whether somebody is told of what waits while the page is not seen. */
  readsUnseen: () => boolean;
};

/** Everything that goes on, waits and ends, and the machines and parts that it needs. */
export function createNow({ api, me, search, readsUnseen, ...rest }: Deps): NowModel {
  const account = computed(() => {
    const named = new URLSearchParams(search.value).get('account');
    return me.accounts.value.find((one) => one.account === named)?.account ?? null;
  });
  const asked = (): readonly AccountQuery[] =>
    account.value === null ? me.accounts.value.slice(0, MAX_ACCOUNTS_ASKED) : [{ account: account.value }];
  const tasks = createPoll({
    ...rest,
    readsUnseen,
    read: () => api.call('GET /api/now', {}, nowViewSchema),
  });
  const queue = createPoll({
    ...rest,
    async read() {
      await me.read();
      const result = await askEach(asked(), (query) =>
        api.call('GET /api/queue', { query: { ...query, limit: 50 } }, queueViewSchema),
      );
      if (!result.ok) return result;
      const waiting = result.value.flatMap((one) => one.waiting);
      return { ok: true, value: { waiting, total: result.value.reduce((sum, { total }) => sum + total, 0) } };
    },
  });
  const runners = createPoll({
    ...rest,
    async read() {
      await me.read();
      const result = await askEach(asked(), (query) =>
        api.call('GET /api/runners', { query }, fleetViewSchema),
      );
      return result.ok ? { ok: true, value: result.value.flatMap((one) => one.runners) } : result;
    },
  });
  const parts = createPoll({
    ...rest,
    async read() {
      await me.read();
      const [query] = asked();
      if (query === undefined) return { ok: true, value: [] };
      const result = await api.call('GET /api/parts', { query }, partsViewSchema);
      return result.ok ? { ok: true, value: result.value.parts } : result;
    },
  });
  const beside = [queue, runners, parts];
  return {
    tasks,
    queue,
    runners,
    parts,
    account,
    waiting: computed(() => (tasks.value.value?.open ?? []).filter(({ status }) => status === 'waiting')),
    start(isLookedAt) {
      tasks.start(isLookedAt ? LOOKED_AT_MS : IN_THE_BACKGROUND_MS);
      for (const one of beside) one.stop();
      if (!isLookedAt) return;
      queue.start(QUEUE_MS);
      runners.start(MACHINES_MS);
      parts.start(MACHINES_MS);
    },
    stop() {
      for (const one of [tasks, ...beside]) one.stop();
    },
  };
}
