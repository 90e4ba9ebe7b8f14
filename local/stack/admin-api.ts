import type { z } from 'zod';
import { problemSchema } from '../../protocol/problem.ts';

const REQUEST_DEADLINE_MS = 10_000;

export type AdminApi = {
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  /** The key as a header, for sockets and streams. */
  headers: Record<string, string>;
  url: string;
};

/** The control plane's API with the admin key. Refusals throw, with what the control plane says to do. */
export function createAdminApi(url: string, adminKey: string): AdminApi {
  const headers = { authorization: `Bearer ${adminKey}` };
  async function call<T>(path: string, init: RequestInit, schema: z.ZodType<T>): Promise<T> {
    const response = await fetch(`${url}${path}`, {
      ...init,
      signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
    });
    const body: unknown = response.status === 204 ? null : await response.json();
    if (response.ok) return schema.parse(body);
    const problem = problemSchema.safeParse(body);
    const said = problem.success ? `${problem.data.detail} ${problem.data.remedy}` : JSON.stringify(body);
    throw new Error(`${init.method ?? 'GET'} ${path} was answered with ${response.status}: ${said}`);
  }
  return {
    url,
    headers,
    get: (path, schema) => call(path, { headers }, schema),
    post: (path, body, schema) =>
      call(
        path,
        {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
        schema,
      ),
  };
}
