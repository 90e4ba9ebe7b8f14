import { randomUUID } from 'node:crypto';
import { taskIdOf } from '../../protocol/ids.ts';
import type { Job } from '../../protocol/job.ts';
import { jobSchema } from '../../protocol/job.ts';

/** A job on the repository `acme/app` of a git server. */
export function makeJob(gitServerUrl: string, request: string, over: Partial<Job> = {}): Job {
  const sessionId = over.sessionId ?? randomUUID();
  const taskNumber = over.taskNumber ?? 1;
  const repository = {
    id: 4711,
    owner: 'acme',
    name: 'app',
    cloneUrl: `${gitServerUrl}/acme/app.git`,
    htmlUrl: `${gitServerUrl}/acme/app`,
    defaultBranch: 'main',
    private: true,
  };
  return jobSchema.parse({
    taskId: taskIdOf(sessionId, taskNumber),
    taskNumber,
    sessionId,
    account: 'local',
    workspace: { type: 'github', repository, ref: { kind: 'branch', base: 'main' } },
    branch: 'signalbox/issue-1',
    prompt: { request, context: null },
    options: { model: null },
    claudeSessionId: null,
    priorCostUsd: 0,
    commit: {
      subject: 'Fix it',
      body: 'Requested by ada',
      author: { name: 'signalbox[bot]', email: 'bot@example.com' },
      coAuthor: null,
    },
    ...over,
  });
}
