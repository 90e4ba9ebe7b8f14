import { type Signal, signal } from '@preact/signals';
import { fleetViewSchema, type RunnerView } from '../../protocol/http.ts';
import type { Api } from './api.ts';

/** Disks fill in hours. */
const READ_AGAIN_MS = 30_000;

export type RunnerList = {
  /** Of the deployment's own account; null until the first answer. */
  runners: Signal<RunnerView[] | null>;
  start(): void;
  stop(): void;
};

type Deps = { api: Api; document: Document };

/** The runners, read again and again while the page is visible. What can't be read is left as it was. */
export function createRunnerList({ api, document }: Deps): RunnerList {
  const runners = signal<RunnerView[] | null>(null);
  let generation = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function refresh(mine: number): Promise<void> {
    const result = document.hidden ? null : await api.call('GET /api/runners', {}, fleetViewSchema);
    if (mine !== generation) return;
    if (result?.ok === true) runners.value = result.value.runners;
    timer = setTimeout(() => void refresh(mine), READ_AGAIN_MS);
  }

  return {
    runners,
    start() {
      generation += 1;
      clearTimeout(timer);
      void refresh(generation);
    },
    stop() {
      generation += 1;
      clearTimeout(timer);
    },
  };
}
