import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';
import { taskOptionsSchema } from '../../../protocol/task-options.ts';
import type { RecordDb } from '../open-record.ts';
import type { RecordRow } from '../rows.ts';
import * as schema from '../schema.ts';

/** An empty record with all migrations, on the real libSQL engine in this process. For Node only. */
export async function openEmptyRecord(): Promise<RecordDb> {
  const db = drizzle({ connection: ':memory:', schema });
  await migrate(db, { migrationsFolder: './worker/record/migrations' });
  return db;
}

type SessionRow = Extract<RecordRow, { table: 'sessions' }>['row'];

export function makeSession(id: string, updatedAt: number, over: Partial<SessionRow> = {}): RecordRow {
  return {
    table: 'sessions',
    row: {
      id,
      key: `api:${id}`,
      account: 'local',
      title: `Session ${id}`,
      source: 'api',
      status: 'idle',
      projectType: 'local',
      projectPath: '/srv',
      repositoryId: null,
      repository: null,
      branch: null,
      url: null,
      claudeSessionId: null,
      assignee: null,
      labels: [],
      taskCount: 0,
      costUsd: 0,
      lastEventId: 1,
      metadata: {},
      createdAt: 1,
      updatedAt,
      ...over,
    },
  };
}

type TaskRow = Extract<RecordRow, { table: 'tasks' }>['row'];

export function makeTask(sessionId: string, number: number, over: Partial<TaskRow> = {}): RecordRow {
  return {
    table: 'tasks',
    row: {
      id: `${sessionId}.${number}`,
      sessionId,
      number,
      name: null,
      account: 'local',
      state: 'running',
      stateSince: 1,
      request: 'Mend it',
      source: 'api',
      requesterLogin: 'mona',
      requesterId: null,
      options: taskOptionsSchema.parse({}),
      epoch: 1,
      ...{ runnerId: null, runnerName: null },
      ...{ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 },
      ...{ branch: null, commitSha: null, pullNumber: null, pullUrl: null, summary: null, failure: null },
      ...{ rescueRef: null, rescues: null },
      createdAt: 1,
      startedAt: null,
      endedAt: null,
      updatedAt: 1,
      ...over,
    },
  };
}

export function makeRepository(id: number) {
  return {
    id,
    account: 'github:1',
    installationId: 7,
    owner: 'octo',
    name: 'app',
    cloneUrl: 'https://github.com/octo/app.git',
    htmlUrl: 'https://github.com/octo/app',
    defaultBranch: 'main',
    private: true,
    updatedAt: 1,
  };
}

export function makeDelivery(id: string, receivedAt: number) {
  return {
    id,
    account: 'github:1',
    event: 'issues',
    action: 'opened',
    status: 'done' as const,
    reason: null,
    taskId: null,
    attempts: 1,
    receivedAt,
    updatedAt: receivedAt,
  };
}
