import type { Stack } from '../../local/stack/start-stack.ts';
import { createRunnerAnswerSchema } from '../../protocol/http.ts';

/** Not the account of a world's real runner, so that it leaves these jobs alone. */
export const BENCH_ACCOUNT = 'local';

/** Registers a runner and returns its credential. */
export async function registerRunner({ api }: Stack, name: string, account = BENCH_ACCOUNT): Promise<string> {
  const registration = { name, account };
  return (await api.post('/api/runners', registration, createRunnerAnswerSchema)).credential;
}
