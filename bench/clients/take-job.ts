import type { Stack } from '../../local/stack/start-stack.ts';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import { type JobClient, openJob } from './job-client.ts';
import { type Assignment, connectLightRunner, type LightRunner } from './light-runner.ts';
import { BENCH_ACCOUNT, registerRunner } from './register-runner.ts';

const WORKSPACE = { type: 'worktree', path: '/srv/project' };

/** A session whose one job is held by a light runner. */
export type HeldJob = { sessionId: string; job: JobClient; close(): void };

/** Whoever held the job before may have gone; its job must not come back to the next one, so each has an account. */
let accounts = 0;
const FIRST_ACCOUNT = 910_000_001;

/** Creates a session with a task and takes its job. */
export async function takeJob(stack: Stack): Promise<HeldJob> {
  const account = `github:${FIRST_ACCOUNT + accounts}`;
  accounts += 1;
  const assigned = Promise.withResolvers<Assignment>();
  const credential = await registerRunner(stack, 'job holder', account);
  const runner: LightRunner = await connectLightRunner(stack, credential, assigned.resolve);
  try {
    await runner.greet(1);
    const sessionId = await requestTask(stack, account);
    const job = await openJob(stack, await assigned.promise);
    return {
      sessionId,
      job,
      close() {
        job.close();
        runner.close();
      },
    };
  } catch (error) {
    runner.close();
    throw error;
  }
}

/** A new session with one task for the light runners; its id. */
export async function requestTask({ api }: Stack, account = BENCH_ACCOUNT): Promise<string> {
  const body = { workspace: WORKSPACE, account, prompt: 'Do it.' };
  return (await api.post('/api/sessions', body, sessionAnswerSchema)).session.id;
}
