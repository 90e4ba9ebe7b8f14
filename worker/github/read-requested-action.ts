import { z } from 'zod';
import type { TaskId } from '../../protocol/ids.ts';
import type { Repository } from '../../protocol/workspace.ts';
import { actOf, actSchema } from './act-payload.ts';
import { type Press, readAction, taskOfCheck } from './check-actions.ts';
import { payloadMismatch } from './payload-mismatch.ts';
import type { Trigger } from './read-payload.ts';

/** Somebody pressed a button of a check run of ours, or asked for it to be run again. */
export type RequestedAction = {
  triggerId: string;
  account: Trigger['account'];
  author: Trigger['author'];
  installationId: number;
  repository: Repository;
  taskId: TaskId;
  press: Press;
};

export type ReadAction =
  | { status: 'action'; action: RequestedAction }
  | { status: 'ignored'; reason: string }
  | { status: 'invalid'; reason: string };

const payloadSchema = actSchema.extend({
  action: z.string(),
  check_run: z.object({ id: z.int(), external_id: z.string().nullish() }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
});

/** Reads a `check_run.requested_action` or `check_run.rerequested` webhook. */
export function readRequestedAction(deliveryId: string, payload: unknown): ReadAction {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return payloadMismatch(parsed.error);
  const { action, check_run, requested_action } = parsed.data;
  const taskId = taskOfCheck(check_run.external_id ?? '');
  const press: Press | null =
    action === 'rerequested' ? { type: 'check' } : readAction(requested_action?.identifier ?? '');
  if (taskId === null || press === null) return { status: 'ignored', reason: 'no button of a task' };
  return {
    status: 'action',
    action: {
      triggerId: `check_action:${deliveryId}`,
      ...actOf(parsed.data),
      taskId,
      press,
    },
  };
}
