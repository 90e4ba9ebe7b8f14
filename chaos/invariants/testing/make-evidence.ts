import type { LoggedEvent, SessionEvent } from '../../../protocol/events.ts';
import type { TaskView } from '../../../protocol/task.ts';
import { taskOptionsSchema } from '../../../protocol/task-options.ts';
import type { SessionPlan } from '../../plan/plan-round.ts';
import type { SessionEvidence } from '../evidence.ts';

const SESSION = '5b0f6c3e-0d3c-5a52-9a54-000000000001';
export const TASK = `${SESSION}.1`;
export const NONCE = 's0x1';
const AT = 1_700_000_000_000;
const SHA = 'a'.repeat(40);
export const BRANCH = 'signalbox/1-s0x1';
export const TOOL = 'tool-1';
export const LIFE = 'life-1';

const plan: SessionPlan = {
  type: 'session',
  atMs: 0,
  nonce: NONCE,
  door: 'mention',
  real: false,
  script: { lines: 2, everyMs: 1, tool: true, behaviour: 'plain' },
  viewerDropsEveryMs: null,
  followUps: [],
};

export function line(seq: number, life = LIFE): SessionEvent {
  return { type: 'claude.text', text: JSON.stringify({ name: NONCE, life, seq }), parent: null };
}

const whole = (text: string) => ({ text, bytes: text.length, cut: false });
const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 };

const EVENTS: SessionEvent[] = [
  { type: 'task.created', number: 1, request: `please do ${NONCE}:`, requester: 'mona', source: 'github' },
  { type: 'job.assigned', epoch: 1, runnerId: SESSION, runnerName: 'alpha' },
  { type: 'task.moved', from: 'pending', to: 'pre_flight', input: 'assign', reason: null },
  { type: 'task.moved', from: 'pre_flight', to: 'running', input: 'start', reason: null },
  line(0),
  { type: 'claude.tool_use', toolUseId: TOOL, name: 'Bash', input: whole('{}'), parent: null },
  {
    type: 'claude.tool_result',
    toolUseId: TOOL,
    isError: false,
    output: whole('ok'),
    durationMs: 1,
    parent: null,
  },
  line(1),
  {
    type: 'claude.turn_ended',
    isError: false,
    terminalReason: null,
    text: whole(JSON.stringify({ name: NONCE, life: LIFE, lines: 2 })),
    turns: 1,
    durationMs: 1,
    usage,
    model: null,
  },
  { type: 'task.moved', from: 'running', to: 'waiting_qa', input: 'finish_work', reason: null },
  { type: 'command.taken', commandId: 1 },
  { type: 'task.moved', from: 'waiting_qa', to: 'completed', input: 'complete', reason: null },
];

export function logOf(events: readonly SessionEvent[]): LoggedEvent[] {
  return events.map((event, index) => ({ id: index + 1, at: AT + index, taskId: TASK, event }));
}

const task = {
  id: TASK,
  number: 1,
  sessionId: SESSION,
  state: 'completed',
  stateSince: AT,
  request: `please do ${NONCE}:`,
  source: 'github',
  requester: { login: 'mona', id: 1, name: null, email: null },
  options: taskOptionsSchema.parse({}),
  epoch: 1,
  runnerId: SESSION,
  runnerName: 'alpha',
  usage,
  branch: BRANCH,
  commitSha: SHA,
  pullRequest: null,
  summary: 'done',
  failure: null,
  rescueRef: null,
  createdAt: AT,
  startedAt: AT,
  endedAt: AT,
} satisfies TaskView;

const message = {
  id: 'm1',
  taskId: TASK,
  direction: 'in',
  source: 'github',
  author: 'mona',
  content: `please do ${NONCE}:`,
  status: 'delivered',
  createdAt: AT,
} satisfies SessionEvidence['messages'][number];

/** What a session leaves behind that nothing happened to, with what a test changes of it. */
export function evidence(change: Partial<SessionEvidence> = {}): SessionEvidence {
  const log = change.log ?? logOf(EVENTS);
  const { id, state, epoch, branch, commitSha, summary, endedAt } = task;
  return {
    plan,
    said: [],
    sessionId: SESSION,
    session: {
      id: SESSION,
      key: 'github:1#1',
      account: 'github:1',
      title: NONCE,
      source: 'github',
      workspace: { type: 'local', path: '/w' },
      status: 'idle',
      branch: BRANCH,
      url: null,
      assignee: null,
      labels: [],
      metadata: {},
      claudeSessionId: 'c',
      taskCount: 1,
      lastEventId: log.length,
      createdAt: AT,
      updatedAt: AT,
    },
    tasks: [task],
    messages: [message],
    log,
    viewers: [log],
    record: {
      session: { status: 'idle', taskCount: 1, claudeSessionId: 'c' },
      tasks: [{ id, state, epoch, branch, commitSha, summary, endedAt }],
      messages: [{ id: message.id, status: message.status, content: message.content }],
      commands: [{ taskId: TASK, toolUseId: TOOL, tool: 'Bash', status: 'ok', result: 'ok' }],
      turns: log.flatMap(({ id: eventId, event }) => (event.type === 'claude.turn_ended' ? [eventId] : [])),
    },
    github: {
      comments: [{ id: 1, body: `<!-- signalbox:task:${TASK} -->\n\n**Done** · 3 s` }],
      pulls: [{ number: 2, head: BRANCH, headSha: SHA, files: ['README.md', `${NONCE}.txt`] }],
      checkRuns: [{ externalId: `check:${TASK}`, headSha: SHA, conclusion: 'success' }],
    },
    ...change,
  };
}

/** The log with one event changed, taken out or put in. */
export function doctored(change: (events: SessionEvent[]) => SessionEvent[]): LoggedEvent[] {
  return logOf(change(structuredClone(EVENTS)));
}
