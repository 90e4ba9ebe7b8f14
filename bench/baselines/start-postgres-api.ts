import { z } from 'zod';
import { startServer } from './start-server.ts';

export type PostgresApi = {
  createSession(): Promise<void>;
  read(path: string): Promise<void>;
  /** Puts so many sessions into the table; returns the ids of some of them. */
  fill(count: number): Promise<string[]>;
  stop(): Promise<unknown>;
};

/** The baseline's HTTP API with a client for it. */
export async function startPostgresApi({ port }: { port: number }): Promise<PostgresApi> {
  const server = await startServer('postgres-api-server.ts', port);
  const { url } = server.ready;
  const call = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, init);
    const body: unknown = await response.json();
    if (!response.ok)
      throw new Error(`The baseline answered ${path} with ${response.status}: ${JSON.stringify(body)}`);
    return body;
  };
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"title":"New"}' };
  return {
    createSession: async () => void (await call('/api/sessions', post)),
    read: async (path) => void (await call(path)),
    fill: async (count) =>
      z.object({ ids: z.array(z.string()) }).parse(await call(`/fill?count=${count}`, post)).ids,
    stop: () => server.stop(),
  };
}
