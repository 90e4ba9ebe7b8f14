import { attentionListSchema } from '../../../protocol/attention.ts';
import { fleetViewSchema, type RunnerView } from '../../../protocol/fleet-view.ts';
import { type NowTask, type NowView, nowViewSchema, partsViewSchema } from '../../../protocol/now.ts';
import { type MeAnswer, meAnswerSchema } from '../../../protocol/people.ts';
import { type QueueView, queueViewSchema } from '../../../protocol/queue.ts';
import type { ApiDouble } from './api-double.ts';

export const SESSION = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

export function nowTask(number: number, over: Partial<NowTask> = {}): NowTask {
  return {
    id: `${SESSION}.${number}`,
    sessionId: SESSION,
    account: 'github:1',
    title: `Task ${number}`,
    repository: 'octo/shop',
    status: 'active',
    state: 'running',
    stateSince: 0,
    request: 'Mend the clock.',
    requester: 'mona',
    runnerName: 'box-1',
    costUsd: 0.42,
    pullUrl: null,
    failure: null,
    createdAt: 0,
    startedAt: 0,
    endedAt: null,
    ...over,
  };
}

export const RUNNER: RunnerView = {
  id: '9d0a6f0e-88cb-4c8a-a9a5-7a0b1f6a2c11',
  name: 'box-1',
  status: 'online',
  drainAsked: false,
  labels: [],
  capacity: 4,
  version: '0.1.0',
  claudeVersion: '2.1.0',
  jobs: [{ taskId: `${SESSION}.1`, epoch: 1 }],
  metrics: {
    cpuShare: 0.25,
    memoryUsedBytes: 2e9,
    memoryTotalBytes: 8e9,
    diskFreeBytes: 30e9,
    diskTotalBytes: 100e9,
  },
  lastSeenAt: 0,
};

const EMPTY_QUEUE: QueueView = { waiting: [], working: [], total: 0, limit: 9, limitOfOne: 9, next: null };

/** An API whose reader is signed in; nothing goes on unless it is said. */
export function answerNow(
  api: ApiDouble,
  now: Partial<NowView> = {},
  queue: Partial<QueueView> = {},
  reader: { login: string; isDeploymentAdmin: boolean; accounts?: MeAnswer['accounts'] } = {
    login: 'mona',
    isDeploymentAdmin: true,
  },
): void {
  api.answer('GET /api/me', meAnswerSchema, { accounts: [], ...reader, id: 1, proof: 'browser' });
  api.answer('GET /api/now', nowViewSchema, { open: [], more: false, ended: [], ...now });
  api.answer('GET /api/queue', queueViewSchema, { ...EMPTY_QUEUE, ...queue });
  api.answer('GET /api/runners', fleetViewSchema, { runners: [RUNNER], queue: [] });
  api.answer('GET /api/attention', attentionListSchema, { items: [], more: false });
  api.answer('GET /api/parts', partsViewSchema, {
    parts: [
      { name: 'github', status: 'ok', detail: '4900 requests are left of this hour.' },
      { name: 'record', status: 'failing', detail: 'Does not answer.' },
      { name: 'model', status: 'unknown', detail: 'Nothing was asked of it in the last hour.' },
    ],
  });
}
