import { signal } from '@preact/signals';
import type { AttentionItem } from '../../../protocol/attention.ts';
import type { Attention } from '../../model/attention-model.ts';

export const STUCK: AttentionItem = {
  id: 'abc',
  account: 'local',
  kind: 'github_write',
  status: 'parked',
  what: 'The tracking comment of task 1 could not be written in acme/shop#1.',
  since: 0,
  attempts: 60,
  lastError: 'GitHub answered 404: Not Found',
  remedy: 'Check that the App is still installed there.',
  sessionId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  taskId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301.1',
  canRetry: true,
  canDismiss: true,
};

/** A list in a given state that records what it is told to do. */
export function attentionOf(items: AttentionItem[] | null) {
  const told: string[] = [];
  const attention: Attention = {
    items: signal(items),
    more: signal(false),
    problem: signal(null),
    said: signal(null),
    busy: signal(null),
    start: () => {},
    stop: () => {},
    retry: async (item) => {
      told.push(`retry ${item.id}`);
    },
    dismiss: async (item, reason) => {
      told.push(`dismiss ${item.id}: ${reason}`);
      return true;
    },
  };
  return { attention, told };
}
