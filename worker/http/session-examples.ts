import type { CommandLog, SessionAnswer, SessionSummary } from '../../protocol/http.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { MessageView, TaskView } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';

/* One session, as the API's description shows it in all its parts. */

export const EXAMPLE_SESSION_ID = '0f8f6d5e-3c0f-4a58-9d0e-3a1f3f3c2b1a';
export const EXAMPLE_TASK_ID = `${EXAMPLE_SESSION_ID}.1`;

const CREATED_AT = 1_780_000_000_000;
const STARTED_AT = CREATED_AT + 900;

export const EXAMPLE_WORKSPACE = {
  type: 'github',
  repository: {
    id: 1296269,
    owner: 'octo',
    name: 'app',
    cloneUrl: 'https://github.com/octo/app.git',
    htmlUrl: 'https://github.com/octo/app',
    defaultBranch: 'main',
    private: true,
  },
  ref: { kind: 'branch', base: 'main' },
} as const;

export const EXAMPLE_SESSION: SessionView = {
  id: EXAMPLE_SESSION_ID,
  key: `api:${EXAMPLE_SESSION_ID}`,
  account: 'github:583231',
  title: 'Mend the login form',
  source: 'api',
  workspace: EXAMPLE_WORKSPACE,
  status: 'active',
  assignee: 'octocat',
  labels: ['login'],
  metadata: { ticket: 'WEB-112' },
  branch: 'signalbox/mend-the-login-form-0f8f6d5e',
  url: null,
  claudeSessionId: '6f1b1c36-2d4e-4d53-8d3c-1df0c1c7a9be',
  taskCount: 1,
  lastEventId: 12,
  createdAt: CREATED_AT,
  updatedAt: STARTED_AT,
};

export const EXAMPLE_TASK: TaskView = {
  id: EXAMPLE_TASK_ID,
  number: 1,
  sessionId: EXAMPLE_SESSION_ID,
  name: 'mend-login',
  state: 'running',
  stateSince: STARTED_AT,
  request: 'The login form loses what was typed when the password is wrong. Please mend it.',
  source: 'api',
  requester: { login: 'octocat', id: 583231, name: 'The Octocat', email: null },
  options: taskOptionsSchema.parse({ maxUsd: 5 }),
  epoch: 1,
  runnerId: '9d0a6f0e-88cb-4c8a-a9a5-7a0b1f6a2c11',
  runnerName: 'build-1',
  usage: {
    inputTokens: 5_210,
    outputTokens: 812,
    cacheReadTokens: 41_000,
    cacheWriteTokens: 3_100,
    costUsd: 0.07,
  },
  branch: 'signalbox/mend-the-login-form-0f8f6d5e',
  commitSha: null,
  pullRequest: null,
  summary: null,
  failure: null,
  rescueRef: null,
  endsAt: STARTED_AT + 1_800_000,
  createdAt: CREATED_AT,
  startedAt: STARTED_AT,
  endedAt: null,
};

export const EXAMPLE_SESSION_ANSWER: SessionAnswer = { session: EXAMPLE_SESSION, tasks: [EXAMPLE_TASK] };

export const EXAMPLE_SUMMARY: SessionSummary = {
  id: EXAMPLE_SESSION_ID,
  account: EXAMPLE_SESSION.account,
  title: EXAMPLE_SESSION.title,
  status: 'active',
  projectType: 'github',
  repository: 'octo/app',
  branch: EXAMPLE_SESSION.branch,
  source: 'api',
  assignee: 'octocat',
  labels: ['login'],
  taskCount: 1,
  costUsd: 0.07,
  createdAt: CREATED_AT,
  updatedAt: STARTED_AT,
};

export const EXAMPLE_MESSAGE: MessageView = {
  id: '2b9f5c1e-9a55-4f0b-8a4e-5d6f7a8b9c0d',
  taskId: EXAMPLE_TASK_ID,
  direction: 'in',
  source: 'api',
  author: 'octocat',
  content: 'Please keep the field for the name filled as well.',
  status: 'queued',
  createdAt: STARTED_AT,
};

export const EXAMPLE_LOG: CommandLog = {
  sessionId: EXAMPLE_SESSION_ID,
  taskId: EXAMPLE_TASK_ID,
  toolUseId: 'toolu_01A09q90qw90lq917835lq9',
  tool: 'Bash',
  input: '{"command":"npm test"}',
  inputCut: false,
  result: '42 passing',
  resultCut: false,
  status: 'ok',
  durationMs: 8_120,
  startedAt: STARTED_AT,
};
