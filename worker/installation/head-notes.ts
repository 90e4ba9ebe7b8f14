import { z } from 'zod';
import { commitShaSchema } from '../../protocol/workspace.ts';
import type { IncomingDelivery } from '../contracts.ts';
import type { HeadMove } from '../github/head-at-trigger.ts';
import type { DeliveryPlan } from './plan-delivery.ts';

const PREFIX = 'head:';

/** More pushes between a request and its handling are told by nobody. */
const MAX_MOVES = 50;

/** A delivery is tried for two hours; one that waits longer is handled by hand. */
const KEEP_MS = 24 * 3_600_000;

const pushSchema = z.object({
  before: commitShaSchema,
  after: commitShaSchema,
  pull_request: z.object({ updated_at: z.iso.datetime({ offset: true }) }),
});

type Storage = DurableObjectStorage['kv'];
type Noted = { moves: HeadMove[]; notedMs: number };

/**
 * Notes that a pull request's head moved. When its delivery is taken in, not when it is handled: a request before it
 * may wait for GitHub all the while.
 *
 * @param conversation as the inbox names it: `<repository id>#<number>`
 */
export function noteHead(
  kv: Storage,
  { event, payload }: Pick<IncomingDelivery, 'event' | 'payload'>,
  { action, conversation }: Pick<DeliveryPlan, 'action' | 'conversation'>,
  nowMs: number,
): void {
  if (event !== 'pull_request' || action !== 'synchronize') return;
  const push = pushSchema.safeParse(JSON.parse(payload));
  if (!push.success) return;
  const { before, after, pull_request } = push.data;
  const move: HeadMove = { before, after, atMs: Date.parse(pull_request.updated_at) };
  const moves = [...movesOf(kv, conversation), move].slice(-MAX_MOVES);
  kv.put<Noted>(PREFIX + conversation, { moves, notedMs: nowMs });
  for (const [key, { notedMs }] of kv.list<Noted>({ prefix: PREFIX })) {
    if (notedMs < nowMs - KEEP_MS) kv.delete(key);
  }
}

export function movesOf(kv: Storage, conversation: string): HeadMove[] {
  return kv.get<Noted>(PREFIX + conversation)?.moves ?? [];
}
