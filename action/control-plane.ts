import type { z } from 'zod';
import {
  type AnswerOf,
  type ApiResult,
  createApiClient,
  type InputOf,
  type OperationName,
} from '../protocol/api/client.ts';
import type { KeyHolder } from './key-holder.ts';
import { insist, type SendDeps, sendRequest } from './send-request.ts';

export type ControlPlane = {
  url: string;
  keys: KeyHolder;
  /** Tries again what may pass; the call must be one that may be repeated. */
  call<O extends OperationName, T extends AnswerOf<O>>(
    operation: O,
    input: InputOf<O>,
    schema: z.ZodType<T>,
    limits?: { tries?: number; deadlineMs?: number },
  ): Promise<ApiResult<T>>;
};

/** The deployment's API with the key of this job. */
export function createControlPlane(url: string, keys: KeyHolder, deps: SendDeps): ControlPlane {
  return {
    url,
    keys,
    call(operation, input, schema, { tries, deadlineMs } = {}) {
      let renewed = false;
      const once = async (): Promise<ApiResult<z.infer<typeof schema>>> => {
        const key = await keys.key();
        const client = createApiClient({
          baseUrl: url,
          headers: { authorization: `Bearer ${key}` },
          send: (request) => sendRequest(request, deps, deadlineMs),
        });
        const result = await client.call(operation, input, schema);
        const isRefused =
          !result.ok && result.failure.reason === 'problem' && result.failure.problem.status === 401;
        if (!isRefused || renewed || !keys.forget(key)) return result;
        renewed = true;
        return once();
      };
      return insist(once, deps, tries);
    },
  };
}
