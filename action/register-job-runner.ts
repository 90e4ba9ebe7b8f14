import { randomBytes } from 'node:crypto';
import { type ApiResult, createApiClient } from '../protocol/api/client.ts';
import {
  jobRunnerTokenAnswerSchema,
  registerRunnerAnswerSchema,
  renewedJobRunnerSchema,
} from '../protocol/registration.ts';
import type { ControlPlane } from './control-plane.ts';
import { insist, type SendDeps, sendRequest } from './send-request.ts';

export type JobRunner = { id: string; credential: string; label: string; expiresAt: number };

/** 128 bits are asked for; the same in each try, so that an answer that was lost registers no second runner. */
const NONCE_BYTES = 24;

/** Registers a runner for this job alone. */
export async function registerJobRunner(
  plane: ControlPlane,
  deps: SendDeps & { hide: (secret: string) => void },
): Promise<ApiResult<JobRunner>> {
  const made = await plane.call('POST /api/job-runners', {}, jobRunnerTokenAnswerSchema);
  if (!made.ok) return made;
  const { token, label, expiresAt } = made.value;
  deps.hide(token);
  const client = createApiClient({
    baseUrl: plane.url,
    headers: { authorization: `Bearer ${token}` },
    send: (request) => sendRequest(request, deps),
  });
  const body = { nonce: randomBytes(NONCE_BYTES).toString('base64url') };
  const registered = await insist(
    () => client.call('POST /api/runners/register', { body }, registerRunnerAnswerSchema),
    deps,
  );
  if (!registered.ok) return registered;
  const { id, credential } = registered.value;
  deps.hide(credential);
  return { ok: true, value: { id, credential, label, expiresAt } };
}

/** A longer life for it, with a newer key. @returns until when it lives */
export async function renewJobRunner(plane: ControlPlane, id: string): Promise<ApiResult<number>> {
  const result = await plane.call(
    'POST /api/job-runners/{id}/renew',
    { params: { id } },
    renewedJobRunnerSchema,
  );
  return result.ok ? { ok: true, value: result.value.expiresAt } : result;
}
